package import Fields
import PipelineCore
import Reporting

/// One side of a claim as it is written, `{results: rl, alpha: 0.4, family: chain}`: a label, values of
/// the swept fields by the last part of their paths, and which problems.
package struct EvidenceSelection: Sendable, Hashable {
  package var label: String?
  package var settings: [String: FieldValue] = [:]
  package var split: String?
  package var family: String?
  package var difficulty: Int?
  package var cutoff: Cutoff?
  package var budget: Int?

  /// As if generation had been cut off.
  package enum Cutoff: Sendable, Hashable {
    /// After so many tokens.
    case tokens(Int)
    /// Where it leaves the mean length of the claim's other side.
    case matched
  }

  /// The names that are no swept fields.
  static let reserved = ["results", "split", "family", "difficulty", "cutoff", "budget"]

  package init(_ value: FieldValue) {
    let members = value.mapValue ?? [:]
    label = members["results"].map(\.text)
    split = members["split"].map(\.text)
    family = members["family"].map(\.text)
    difficulty = members["difficulty"]?.intValue
    cutoff = members["cutoff"].flatMap(Self.cutoff)
    budget = members["budget"]?.intValue
    settings = members.filter { !Self.reserved.contains($0.key) }
  }

  private static func cutoff(_ value: FieldValue) -> Cutoff? {
    value.stringValue == "matched" ? .matched : value.intValue.map { .tokens($0) }
  }

  /// What the file may not write, whatever is upstream.
  static func issues(_ value: FieldValue, at path: [String]) -> [FieldIssue] {
    ["difficulty", "cutoff", "budget"].compactMap { name in
      guard let member = value.mapValue?[name], member.intValue.map({ $0 < 1 }) ?? true else {
        return nil
      }
      if name == "cutoff", cutoff(member) == .matched { return nil }
      return FieldIssue(
        path + [name],
        "'\(name)' is a whole number, at least 1" + (name == "cutoff" ? ", or matched" : ""))
    }
  }

  /// A cut-off that is still to be matched is left out.
  package func filter(splits: [String]) -> EvidenceFilter {
    var limit: Int?
    if case .tokens(let count) = cutoff { limit = count }
    return EvidenceFilter(
      splits: split.map { [$0] } ?? splits, family: family, difficulty: difficulty, cutoff: limit,
      budget: budget)
  }

  /// `rl (alpha 0.4), chain`.
  package var text: String {
    let set = settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
    let place = [
      split, family, difficulty.map { "difficulty \($0)" }, cutoff.map(\.text),
      budget.map { "budget \($0)" },
    ].compactMap { $0 }
    let name = (label ?? "") + (set.isEmpty ? "" : " (\(set.joined(separator: ", ")))")
    return ([name] + place).joined(separator: ", ").trimmingPrefix(" ").description
  }
}

extension EvidenceSelection.Cutoff {
  fileprivate var text: String {
    switch self {
    case .tokens(let count): "cut off at \(count)"
    case .matched: "cut off at the other's length"
    }
  }
}

// MARK: Against what is upstream

extension EvidenceSelection {
  /// The label it means: as written, or the only one that is swept over all it names.
  func label(among stages: [UpstreamStage]) -> String? {
    if let label { return label }
    let candidates = stages.filter { stage in
      settings.keys.allSatisfy { name in stage.sweptPaths.contains { $0.isAxis(named: name) } }
    }.compactMap(\.label).uniqued()
    return candidates.count == 1 ? candidates[0] : nil
  }

  /// What does not fit the stages that feed the claim.
  /// - Parameter free: a swept field that takes all its values here.
  func issues(
    among stages: [UpstreamStage], free: String? = nil, at path: [String]
  ) -> [FieldIssue] {
    let labels = stages.compactMap(\.label).uniqued()
    guard let name = label(among: stages) else {
      return [
        FieldIssue(
          path, "it is not said which results are meant",
          help: "add 'results: LABEL'; there are " + labels.joined(separator: ", "))
      ]
    }
    guard let stage = stages.first(where: { $0.label == name }) else {
      return [
        FieldIssue(
          path + ["results"], "there are no results '\(name)'", help: Self.help(name, labels))
      ]
    }
    let names = stage.sweptPaths.map { AxisValue(path: $0, value: .absent).label }
    var issues: [FieldIssue] = []
    for (setting, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let axis = stage.sweptPaths.first(where: { $0.isAxis(named: setting) }) else {
        issues.append(
          FieldIssue(
            path + [setting], "'\(name)' is not swept over '\(setting)'",
            help: Self.help(setting, names + Self.reserved)))
        continue
      }
      let values = stage.axisValues[axis] ?? []
      if !values.isEmpty, !values.contains(where: { $0.isSame(as: value) }) {
        issues.append(
          FieldIssue(
            path + [setting], "'\(name)' is never run with \(setting) \(value.text)",
            help: "there are " + values.map(\.text).joined(separator: ", ")))
      }
    }
    let open = names.filter { settings[$0] == nil && $0 != free }
    if issues.isEmpty, let first = open.first {
      issues.append(
        FieldIssue(
          path, "'\(name)' is swept over '\(first)', of which no value is chosen",
          help: "add '\(first): VALUE'"))
    }
    if let split { issues += Self.issues(ofSplit: split, in: [stage], at: path + ["split"]) }
    return issues
  }

  static func issues(
    ofSplit split: String, in stages: [UpstreamStage], at path: [String]
  ) -> [FieldIssue] {
    let known = stages.flatMap { stage in
      (stage.config["splits"].listValue ?? [stage.config["split"]]).compactMap(\.stringValue)
    }.uniqued()
    guard !known.isEmpty, !known.contains(split) else { return [] }
    return [
      FieldIssue(
        path, "none of the results covers split '\(split)'", help: help(split, known))
    ]
  }

  static func help(_ name: String, _ names: [String]) -> String? {
    EditDistance.suggestion(for: name, among: names).map { "did you mean '\($0)'?" }
      ?? (names.isEmpty ? nil : "there are " + names.joined(separator: ", "))
  }
}

extension UpstreamStage {
  /// Paths of the swept fields that split it, the seed apart.
  var sweptPaths: [String] { axes.filter { $0 != Axis.seedPath } }
}

extension String {
  /// Whether a swept field's path ends in this name.
  func isAxis(named name: String) -> Bool { self == name || hasSuffix("." + name) }
}

import Algorithms
package import Fields
import PipelineCore
import Reporting

/// One side of a claim as the user writes it, `{results: rl, alpha: 0.4, family: chain}`: a label,
/// values of swept fields named by the last part of their paths, and a choice of problems.
package struct ResultSelection: Sendable, Hashable {
  package var label: String?
  package var settings: [String: FieldValue] = [:]
  package var split: String?
  package var family: String?
  package var difficulty: Int?
  package var cutoff: Cutoff?
  package var budget: Int?

  /// A length at which responses are scored as if generation had been cut off.
  package enum Cutoff: Sendable, Hashable {
    /// A cut-off after this number of tokens.
    case tokens(Int)
    /// A cut-off at which the mean length equals that of the claim's other side.
    case matched
  }

  /// The names that have a fixed meaning, so that they cannot be swept fields.
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

  /// Issues that can be found without knowing the upstream stages.
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

  /// The filter of this side. A matched cut-off is left out because it is not known yet.
  package func filter(splits: [String]) -> ResultFilter {
    var limit: Int?
    if case .tokens(let count) = cutoff { limit = count }
    return ResultFilter(
      splits: split.map { [$0] } ?? splits, family: family, difficulty: difficulty, cutoff: limit,
      budget: budget)
  }

  /// The side in words, for example `rl (alpha 0.4), chain`.
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

extension ResultSelection.Cutoff {
  fileprivate var text: String {
    switch self {
    case .tokens(let count): "cut off at \(count)"
    case .matched: "cut off at the other's length"
    }
  }
}

// MARK: Against what is upstream

extension ResultSelection {
  /// The label of the side: the written one, or the only label that sweeps all named fields.
  func label(among stages: [UpstreamStage]) -> String? {
    if let label { return label }
    let candidates = stages.filter { stage in
      settings.keys.allSatisfy { name in stage.sweptPaths.contains { $0.isAxis(named: name) } }
    }.compactMap(\.label).uniqued(on: \.self)
    return candidates.count == 1 ? candidates[0] : nil
  }

  /// Issues with the stages that feed the claim.
  /// - Parameter free: a swept field that takes all its values in this claim.
  func issues(
    among stages: [UpstreamStage], free: String? = nil, at path: [String]
  ) -> [FieldIssue] {
    let labels = stages.compactMap(\.label).uniqued(on: \.self)
    guard let name = label(among: stages) else {
      return [
        FieldIssue(
          path, "missing field 'results'",
          help: "add 'results: LABEL'; LABEL is one of " + labels.joined(separator: ", "))
      ]
    }
    guard let stage = stages.first(where: { $0.label == name }) else {
      return [
        FieldIssue(path + ["results"], UnknownName("label", name, among: labels))
      ]
    }
    let names = stage.sweptPaths.map { AxisValue(path: $0, value: .absent).label }
    var issues: [FieldIssue] = []
    for (setting, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let axis = stage.sweptPaths.first(where: { $0.isAxis(named: setting) }) else {
        issues.append(
          FieldIssue(
            path + [setting], "'\(name)' is not swept over '\(setting)'",
            help: UnknownName("setting", setting, among: names + Self.reserved).help))
        continue
      }
      let values = stage.axisValues[axis] ?? []
      if !values.isEmpty, !values.contains(where: { $0.isSame(as: value) }) {
        issues.append(
          FieldIssue(
            path + [setting], "'\(name)' is never run with \(setting) \(value.text)",
            help: "its values are " + values.map(\.text).joined(separator: ", ")))
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
    if let budget {
      let own = stages.filter { $0.label == name }
      issues += Self.issues(ofBudget: budget, in: own, name, at: path + ["budget"])
    }
    return issues
  }

  static func issues(
    ofSplit split: String, in stages: [UpstreamStage], at path: [String]
  ) -> [FieldIssue] {
    let known = stages.flatMap { stage in
      (stage.config["splits"].listValue ?? [stage.config["split"]]).compactMap(\.stringValue)
    }.uniqued(on: \.self)
    guard !known.isEmpty, !known.contains(split) else { return [] }
    return [
      FieldIssue(
        path, "none of the results covers split '\(split)'",
        help: UnknownName("split", split, among: known).help)
    ]
  }

  /// A budget under which none of the results has a response; nothing where that is not known.
  private static func issues(
    ofBudget budget: Int, in stages: [UpstreamStage], _ label: String, at path: [String]
  ) -> [FieldIssue] {
    let known = stages.map(\.responseBudgets)
    let budgets = Set(known.compactMap { $0 }.joined())
    guard !known.contains(nil), !budgets.contains(budget) else { return [] }
    return [
      FieldIssue(
        path, "'\(label)' has no responses under a budget of \(budget)",
        help: budgets.isEmpty
          ? "its responses have no budgets"
          : "its budgets are " + budgets.sorted().map(String.init).joined(separator: ", "))
    ]
  }
}

extension UpstreamStage {
  /// The budgets that its responses are held to; nil where they are not known before it runs.
  fileprivate var responseBudgets: [Int]? {
    let fields = ["budgets", "thinking_budget", "prefilled_budgets"]
    let isSwept = axes.contains { path in
      fields.contains { path.hasPrefix("\(stage).\($0)") }
    }
    guard output == .responses, config["sampling"].mapValue != nil, !isSwept else { return nil }
    return fields.flatMap { field in
      config[field].listValue?.compactMap(\.intValue) ?? [config[field].intValue].compactMap { $0 }
    }
  }

  /// Paths of the swept fields that split it, the seed apart.
  var sweptPaths: [String] { axes.filter { $0 != Axis.seedPath } }
}

extension String {
  /// True if this path of a swept field ends in the name.
  func isAxis(named name: String) -> Bool { self == name || hasSuffix("." + name) }
}

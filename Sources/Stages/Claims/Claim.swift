package import Fields
import PipelineCore
package import Reporting

/// A statement that results can decide: a metric, two sides, and the expected relation.
package struct Claim: FieldGroup {
  package var metric = ""
  package var compare = FieldValue.absent
  package var with = FieldValue.absent
  package var value: Double?
  package var relativeTo = FieldValue.absent
  package var expect = ClaimExpectation.lower
  package var along: String?
  package var scale = Scale.difference
  package var margin = 0.0
  package var seeds = Seeds.random
  package var splits: [String] = []
  package var poolsSplits = false
  package var paper: String?
  package var why: String?

  package init() {}
  package static let meaning = "One claim: what is compared, and what is expected of it"
  package static var fields: [Field<Claim>] {
    [
      .string("metric", \.metric, "The metric, as tables have it", .semantic, required: true),
      side(
        "compare", \.compare, nil,
        "The side the claim is about: {results: LABEL, FIELD: VALUE}, where needed with split, "
          + "family, difficulty, cutoff or budget. 'cutoff: matched' cuts off where that leaves "
          + "the mean length of the other side"),
      side("with", \.with, .absent, "The other side, written likewise"),
      .float("value", \.value, .finite, "A number that it is compared with instead", .semantic),
      side(
        "relative_to", \.relativeTo, .absent,
        "The results that divide each side first, on the side's own problems"),
      .choice("expect", \.expect, "The expected relation", .semantic, required: true),
      .string(
        "along", \.along,
        "The field that 'falls', 'rises' and trends go along: a swept field by its last name, "
          + "difficulty, budget, or split",
        .semantic),
      .choice("scale", \.scale, "The measure of the change", .semantic),
      .float("margin", \.margin, .nonNegative, "The smallest change that counts", .semantic),
      .choice("seeds", \.seeds, "The seeds that the claim is about", .semantic),
      .strings(
        "splits", \.splits, count: 0...64,
        "The splits on each of which it must hold; none means all", .semantic),
      .bool(
        "pool_splits", \.poolsSplits, "True if the splits count as one set of questions instead",
        .semantic),
      .string("paper", \.paper, "The paper's claim that this is, such as E1", .semantic),
      .string("why", \.why, "The reason why it may fail, should it not hold", .semantic),
    ]
  }

  package enum Scale: String, FieldChoice {
    case difference, ratio

    package var meaning: String {
      switch self {
      case .difference: "in the metric's own unit"
      case .ratio: "as a share of the other side: 0.1 is ten percent"
      }
    }
  }

  /// The role of the seeds that were not run: random seeds make a claim about the method, fixed
  /// seeds one about these models.
  package enum Seeds: String, FieldChoice {
    case random, fixed

    package var meaning: String {
      switch self {
      case .random: "about a method, whatever its seed; judged from three shared seeds on"
      case .fixed: "about these very models: questions alone are drawn"
      }
    }
  }

  /// The properties that a claim may go along, besides a swept field.
  private static let properties = ["difficulty", "budget", "split"]

  private static func side(
    _ name: String, _ path: WritableKeyPath<Claim, FieldValue>, _ fallback: FieldValue?,
    _ meaning: String
  ) -> Field<Claim> {
    Field(
      FieldDescriptor(
        name: name, type: .map(of: .scalar, keys: "setting"), defaultValue: fallback,
        meaning: meaning, fieldClass: .semantic)
    ) { root, value in root[keyPath: path] = value }
  }

  package func issues() -> [FieldIssue] {
    var issues =
      FieldIssue.repeats(in: splits, at: "splits")
      + [("compare", compare), ("with", with), ("relative_to", relativeTo)].flatMap {
        ResultSelection.issues($0.1, at: [$0.0])
      }
    if expect.isAlong {
      if along == nil {
        issues.append(
          FieldIssue(
            ["expect"], "'expect: \(expect.rawValue)' needs 'along'",
            help: "add 'along: FIELD', a swept field's last name, difficulty, budget or split"))
      }
      for (name, isGiven) in [("with", !with.isAbsent), ("value", value != nil)] where isGiven {
        issues.append(
          FieldIssue(
            [name],
            "'\(name)' cannot be combined with 'expect: \(expect.rawValue)', which compares the "
              + "values along a field"))
      }
    } else {
      if along != nil {
        issues.append(
          FieldIssue(["along"], "'along' is only valid with expect: falls, rises or a trend"))
      }
      if with.isAbsent == (value == nil) {
        issues.append(
          FieldIssue(
            [with.isAbsent ? "compare" : "value"],
            with.isAbsent
              ? "missing: give 'with' or 'value'" : "'with' and 'value' cannot be combined",
            help: "'with' names another side, 'value' a number"))
      }
    }
    if expect.needsMargin, margin == 0 {
      issues.append(
        FieldIssue(["expect"], "'\(expect.rawValue)' needs a margin", help: "add 'margin: NUMBER'"))
    }
    let matched = [("compare", compare), ("with", with), ("relative_to", relativeTo)].filter {
      ResultSelection($0.1).cutoff == .matched
    }
    if let first = matched.first, with.isAbsent || matched.count > 1 || first.0 == "relative_to" {
      issues.append(
        FieldIssue(
          [first.0, "cutoff"], "'cutoff: matched' needs another side, whose length it matches",
          help: "write it in one of 'compare' and 'with', where both are given"))
    }
    if scale == .ratio, value == 0 {
      issues.append(FieldIssue(["value"], "'scale: ratio' needs a value other than 0"))
    }
    return issues
  }

  /// True if its own side is a set of responses.
  func isOnResponses(among stages: [UpstreamStage]) -> Bool {
    let label = ResultSelection(compare).label(among: stages)
    return stages.first { $0.label == label }?.output == .responses
  }

  /// Issues with the stages that feed the claim.
  func issues(among stages: [UpstreamStage]) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    let label = ResultSelection(compare).label(among: stages)
    let type = stages.first { $0.label == label }?.output
    if let metrics = type.flatMap({ ClaimResultTypes.reading($0)?.metrics }),
      !metrics.contains(where: { Choice($0, "").accepts(metric) })
    {
      issues.append(
        FieldIssue(["metric"], UnknownName("metric", metric, among: metrics)))
    }
    if let metric = Metrics.named(metric) {
      issues += [compare, with, relativeTo].compactMap { side in
        guard let own = ResultSelection(side).label(among: stages), !side.isAbsent else {
          return nil
        }
        return UpstreamResults(stages.filter { $0.label == own }).issue(
          forMetric: metric, at: ["metric"])
      }.prefix(1)
    }
    let isAxis = along.map { !Self.properties.contains($0) } ?? false
    let side = ResultSelection(compare)
    issues += side.issues(among: stages, free: along, at: ["compare"])
    if isAxis, let along, let label = side.label(among: stages),
      let stage = stages.first(where: { $0.label == label })
    {
      let names = stage.sweptPaths.map { AxisValue(path: $0, value: .absent).label }
      if !names.contains(along) {
        issues.append(
          FieldIssue(
            ["along"], "'\(label)' is not swept over '\(along)'",
            help: UnknownName("field", along, among: names + Self.properties).help))
      } else if side.settings[along] != nil {
        issues.append(
          FieldIssue(
            ["compare", along], "the claim goes along '\(along)', so all its values count")
        )
      }
    }
    for (name, value) in [("compare", compare), ("with", with)] {
      let side = ResultSelection(value)
      guard side.cutoff == .matched, let label = side.label(among: stages),
        let type = stages.first(where: { $0.label == label })?.output, type != .responses
      else { continue }
      issues.append(
        FieldIssue([name, "cutoff"], "'\(label)' has no responses that could be cut off"))
    }
    for (name, value) in [("with", with), ("relative_to", relativeTo)] where !value.isAbsent {
      issues += ResultSelection(value).issues(among: stages, at: [name])
    }
    issues += splits.enumerated().flatMap { index, split in
      ResultSelection.issues(ofSplit: split, in: stages, at: ["splits", String(index)])
    }
    return issues
  }
}

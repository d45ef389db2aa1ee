import Algorithms
package import Fields
package import PipelineCore

/// Checks that a stage which collects evaluations can make before anything runs.
package struct UpstreamResults {
  private let axes: [String]
  private let splits: [String]
  /// The number of responses per question of each stage, if known.
  private let responses: [(stage: String, count: Int)]
  private let stages: [UpstreamStage]

  package init(_ stages: [UpstreamStage]) {
    self.stages = stages
    axes = stages.flatMap(\.axes).uniqued(on: \.self).filter { $0 != Axis.seedPath }
    splits = stages.flatMap { stage -> [String] in
      let named = (stage.config["splits"].listValue ?? [stage.config["split"]])
        .compactMap(\.stringValue)
      // Imported logs are splits by their names, unless one split is written.
      return named.isEmpty && stage.kind is ImportKind ? stage.labels[ImportKind.role] ?? [] : named
    }.uniqued(on: \.self)
    responses = stages.compactMap { stage in
      // The value of a swept number is unknown here.
      stage.axes.contains { $0.hasSuffix(".num_generations") }
        ? nil : stage.config["sampling"]["num_generations"].intValue.map { (stage.stage, $0) }
    }
  }

  /// An issue for a metric of k responses per question if a stage draws fewer than k, and for one
  /// of cut thoughts if no stage cuts any.
  package func issue(forMetric metric: any Metric, at path: [String]) -> FieldIssue? {
    if metric.needsCuts, !stages.isEmpty, stages.allSatisfy({ $0.heldBudgets("budgets") == [] }) {
      return FieldIssue(
        path, "'\(metric.name)' reads thoughts that were cut, but none of the results has any",
        help: "give an 'eval' stage 'budgets: [16, 32, 64]', at which its thoughts are cut")
    }
    guard let few = responses.first(where: { $0.count < metric.responsesNeeded }) else {
      return nil
    }
    return FieldIssue(
      path,
      "'\(metric.name)' needs \(metric.responsesNeeded) responses to a question, but "
        + "'\(few.stage)' draws \(few.count)",
      help: "raise sampling.num_generations of '\(few.stage)'")
  }

  package func issue(forAxis axis: String, at path: [String]) -> FieldIssue? {
    guard !axes.contains(axis) else { return nil }
    return FieldIssue(
      path, "none of the results is swept over '\(axis)'",
      help: UnknownName("axis", axis, among: axes).help ?? "no field is swept; leave it out")
  }

  /// An issue for a score's base that is no label of responses, or is swept over a field that
  /// other results are not, so that it stands for several.
  package func issue(forBase label: String, at path: [String]) -> FieldIssue? {
    let responses = stages.filter { $0.label != nil && ($0.output ?? .responses) == .responses }
    guard let base = responses.first(where: { $0.label == label }) else {
      return FieldIssue(
        path,
        UnknownName("label", label, among: responses.compactMap(\.label).uniqued(on: \.self)))
    }
    for other in responses {
      guard let axis = base.sweptPaths.first(where: { !other.sweptPaths.contains($0) }) else {
        continue
      }
      let name = AxisValue(path: axis, value: .absent).label
      return FieldIssue(
        path,
        "'\(label)' is swept over '\(name)' and '\(other.label ?? "")' is not, so it has "
          + "several bases",
        help: "collect a stage with a single '\(name)' as the base")
    }
    return nil
  }

  /// An issue for each budget that results held to budgets were not held to.
  package func issues(forBudgets wanted: [Int], at name: String) -> [FieldIssue] {
    let held = stages.compactMap { stage -> (stage: String, budgets: [Int])? in
      let known = ["budgets", "prefilled_budgets"].compactMap(stage.heldBudgets)
      let budgets = known.flatMap { $0 }
      return known.count < 2 || budgets.isEmpty ? nil : (stage.stage, budgets)
    }
    return wanted.enumerated().compactMap { index, budget in
      guard let other = held.first(where: { !$0.budgets.contains(budget) }) else { return nil }
      return FieldIssue(
        [name, String(index)],
        "'\(other.stage)' has no responses under a budget of \(budget)",
        help: "its budgets are \(other.budgets.sorted().listed)")
    }
  }

  package func issues(
    forSplits wanted: [String], at name: String = "splits"
  ) -> [FieldIssue] {
    wanted.enumerated().filter { !splits.contains($0.element) }.map { index, split in
      FieldIssue(
        [name, String(index)], "none of the results covers split '\(split)'",
        help: UnknownName("split", split, among: splits).help)
    }
  }
}

extension UpstreamStage {
  /// The budgets of a field that its responses are held to; nil where that is not known before it
  /// runs.
  fileprivate func heldBudgets(_ field: String) -> [Int]? {
    let isSwept = axes.contains { $0.hasPrefix("\(stage).\(field)") }
    guard output == .responses, config["sampling"].mapValue != nil, !isSwept else { return nil }
    return config[field].listValue?.compactMap(\.intValue) ?? []
  }
}

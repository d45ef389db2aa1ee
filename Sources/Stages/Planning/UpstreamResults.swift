import Algorithms
package import Fields
package import PipelineCore

/// Checks that a stage which collects evaluations can make before anything runs.
package struct UpstreamResults {
  private let axes: [String]
  private let splits: [String]
  /// The number of responses per question of each stage, if known.
  private let responses: [(stage: String, count: Int)]

  package init(_ stages: [UpstreamStage]) {
    axes = stages.flatMap(\.axes).uniqued(on: \.self).filter { $0 != Axis.seedPath }
    splits = stages.flatMap { stage in
      (stage.config["splits"].listValue ?? [stage.config["split"]]).compactMap(\.stringValue)
    }.uniqued(on: \.self)
    responses = stages.compactMap { stage in
      // The value of a swept number is unknown here.
      stage.axes.contains { $0.hasSuffix(".num_generations") }
        ? nil : stage.config["sampling"]["num_generations"].intValue.map { (stage.stage, $0) }
    }
  }

  /// An issue for a metric of k responses per question if a stage draws fewer than k.
  package func issue(forMetric metric: any Metric, at path: [String]) -> FieldIssue? {
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

  package func issues(forSplits wanted: [String]) -> [FieldIssue] {
    wanted.enumerated().filter { !splits.contains($0.element) }.map { index, split in
      FieldIssue(
        ["splits", String(index)], "none of the results covers split '\(split)'",
        help: UnknownName("split", split, among: splits).help)
    }
  }
}

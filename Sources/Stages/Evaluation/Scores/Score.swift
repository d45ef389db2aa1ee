package import Fields
import PipelineCore
import Reporting

/// A metric with weights, prices, budgets or a base of its own, which a stage declares under
/// `scores`. Its fields are what the user writes under `scores.NAME`; none of those that decide the
/// number has a default. A new score is one file that conforms, and one line in `ScoreTypes`.
package protocol Score: FieldGroup {
  /// The key under `scores`, and the name as a column, an axis or the metric of a claim.
  static var name: String { get }
  static var header: String { get }
  static var axisLabel: String { get }
  static var unit: MetricUnit { get }
  /// The label of the results that it is relative to; nil for none.
  var base: String? { get }
  /// The splits that it names itself, with the names of their fields; empty where a column's or a
  /// claim's split decides.
  var ownSplits: [(field: String, splits: [String])] { get }
  /// The budgets that results held to budgets need; empty for none.
  var budgets: [Int] { get }
  var computation: MetricComputation { get }
  /// The definition with the declared numbers, as a sentence for the foot of a table.
  var note: String { get }
}

extension Score {
  package var base: String? { nil }
  package var ownSplits: [(field: String, splits: [String])] { [] }
  package var budgets: [Int] { [] }

  /// The issues with the results that a stage collects.
  func issues(among stages: [UpstreamStage]) -> [FieldIssue] {
    let results = UpstreamResults(stages)
    return [base.flatMap { results.issue(forBase: $0, at: ["base"]) }].compactMap { $0 }
      + ownSplits.flatMap { results.issues(forSplits: $0.splits, at: $0.field) }
      + results.issues(forBudgets: budgets, at: "budgets")
  }
}

/// A declared score as the metric that tables, plots and claims read.
package struct ScoreMetric: Metric {
  let score: any Score

  package var name: String { type(of: score).name }
  package var meaning: String { type(of: score).meaning }
  package var header: String { type(of: score).header }
  package var axisLabel: String { type(of: score).axisLabel }
  package var unit: MetricUnit { type(of: score).unit }
  package var computation: MetricComputation { score.computation }
  package var ownSplits: [String] { score.ownSplits.flatMap(\.splits) }
}

import Fields
package import PipelineCore
import Reasoning
package import Reporting

/// Collected evaluations in order: a row per label and setting of the swept fields, a column per
/// split. Tables and plots are two ways of showing one.
///
/// Over several seeds a figure is the mean of the runs' means; over one, its mean over questions.
package struct ResultGrid {
  /// One row: a label and a setting of every swept field but the seed.
  package struct Row: Hashable {
    package var label: String
    package var settings: [AxisValue]
  }

  /// Paths of the swept fields, the seed apart; the one asked for first.
  package let axes: [String]
  package let splits: [String]
  package let rows: [Row]
  /// The most runs that any row averages over.
  package let runCount: Int
  /// Sentences on what the errors are, and on what is missing.
  package let notes: [String]
  private let runs: [Row: [Evaluation]]

  /// One run's responses by split and question, and how they are scored.
  private struct Evaluation {
    var strategy: any AnswerStrategy
    var questions: [String: [[ResponseRecord]]]

    func estimate(_ metric: EvaluationMetric, split: String) -> Estimate? {
      metric.estimate(questions[split] ?? [], strategy: strategy)
    }
  }

  /// - Parameters:
  ///   - axis: the swept field that comes first, if any.
  ///   - splits: those to show, in order; none means all there are.
  ///   - missing: points that failed; the notes name them.
  /// - Throws: `StoreError` when stored responses cannot be read.
  package init(
    _ inputs: [CollectedInput], missing: [MissingInput], axis: String? = nil,
    splits: [String] = []
  ) throws {
    let all = (inputs.map(\.point) + missing.map(\.point)).joined().map(\.path).uniqued()
      .filter { $0 != Axis.seedPath }
    axes = all.filter { $0 == axis } + all.filter { $0 != axis }

    var runs: [Row: [Evaluation]] = [:]
    var found: [String] = []
    for input in inputs {
      let groups = try ResponsesArtifact.read(input.artifact).grouped { $0.split }
      found += groups.map(\.key)
      runs[Self.row(input.label, input.point), default: []].append(
        Evaluation(
          strategy: try Self.strategy(of: input.artifact),
          questions: Dictionary(
            uniqueKeysWithValues: groups.map { ($0.key, $0.elements.byQuestion) })))
    }
    self.runs = runs
    self.splits = splits.isEmpty ? found.uniqued() : splits
    rows =
      (inputs.map { Self.row($0.label, $0.point) }
      + missing.map { Self.row($0.label, $0.point) }).uniqued()
    runCount = runs.values.map(\.count).max() ?? 0

    var notes = [
      runCount > 1
        ? "± is half of a 95 % interval over \(runCount) seeds."
        : "± is the standard error over questions; one seed."
    ]
    if !missing.isEmpty {
      notes.append("Missing: " + missing.map(\.address).joined(separator: ", ") + ".")
    }
    self.notes = notes
  }

  /// An evaluation names its strategy; plain samples are scored one by one.
  private static func strategy(of artifact: any ArtifactReader) throws -> any AnswerStrategy {
    guard artifact.files.contains(EvaluationReport.path) else { return Single() }
    return try EvaluationReport.strategy(of: try artifact.read(EvaluationReport.path)) ?? Single()
  }

  private static func row(_ label: String, _ point: [AxisValue]) -> Row {
    Row(label: label, settings: point.filter { $0.path != Axis.seedPath })
  }

  /// A figure; nil where there is nothing to compute it from.
  package func estimate(_ metric: EvaluationMetric, _ row: Row, split: String) -> Estimate? {
    let estimates = (runs[row] ?? []).compactMap { $0.estimate(metric, split: split) }
    return estimates.count > 1 ? Estimate(estimates.map(\.mean)) : estimates.first
  }

  /// The error shown beside a figure: half an interval over seeds, or a standard error. A row with
  /// one run among rows with several has neither.
  package func error(of estimate: Estimate, _ row: Row) -> Double? {
    guard runCount > 1 else { return estimate.standardError }
    return (runs[row] ?? []).count > 1 ? estimate.margin95 : nil
  }
}

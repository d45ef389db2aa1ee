import Algorithms
import Fields
import OrderedCollections
package import PipelineCore
import Reasoning
package import Reporting

/// Collected evaluations in order: one row per label and setting of the swept fields. Tables, plots
/// and claims are views of it.
package struct ResultGrid {
  /// One row: a label and one setting of every swept field except the seed.
  package struct Row: Hashable {
    package var label: String
    package var settings: [AxisValue]
  }

  /// Paths of the swept fields except the seed; the requested one first.
  package let axes: [String]
  package let splits: [String]
  package let rows: [Row]
  /// The words for their settings.
  package let texts: SettingTexts
  /// `axes` by name: those of one name are one column of a table, unless a row sets two of them.
  package let axisColumns: [(name: String, paths: [String])]
  /// The largest number of runs that any row averages over.
  package let runCount: Int
  package let missing: [MissingInput]
  private let results: [Row: EvaluationResults]

  /// - Parameters:
  ///   - axis: the swept field that comes first, if any.
  ///   - splits: the splits to show, in order; empty for all.
  ///   - missing: points that failed; the notes name them.
  ///   - metrics: the metrics that will be asked for.
  /// - Throws: `StoreError` if stored responses cannot be read.
  package init(
    _ inputs: [CollectedInput], missing: [MissingInput], axis: String? = nil,
    splits: [String] = [], metrics: [String] = []
  ) throws {
    let all = (inputs.map(\.point) + missing.map(\.point)).joined().map(\.path).uniqued(on: \.self)
      .filter { $0 != Axis.seedPath }
    axes = all.filter { $0 == axis } + all.filter { $0 != axis }
    self.missing = missing
    var results: [Row: EvaluationResults] = [:]
    var found: [String] = []
    for (row, runs) in OrderedDictionary(
      grouping: inputs, by: { Self.row($0.label, $0.point) })
    {
      let read = try EvaluationResults(runs, for: metrics)
      found += read.splits
      results[row] = read
    }
    self.results = results
    self.splits = splits.isEmpty ? found.uniqued(on: \.self) : splits
    let rows =
      (inputs.map { Self.row($0.label, $0.point) }
      + missing.map { Self.row($0.label, $0.point) }).uniqued(on: \.self)
    self.rows = rows
    texts = SettingTexts(rows)
    axisColumns = OrderedDictionary(
      grouping: axes, by: { AxisValue(path: $0, value: .absent).label }
    ).flatMap {
      name, paths in
      let isShared = rows.allSatisfy { row in
        row.settings.count { paths.contains($0.path) } < 2
      }
      return isShared ? [(name, paths)] : paths.map { (name, [$0]) }
    }
    runCount = results.values.map(\.runs.count).max() ?? 0
  }

  package static func row(_ label: String, _ point: [AxisValue]) -> Row {
    Row(label: label, settings: point.filter { $0.path != Axis.seedPath })
  }

  /// A row's runs; nil if all of them failed.
  package subscript(row: Row) -> EvaluationResults? { results[row] }

  /// A metric for every row that has it, each with its 95 % interval over seeds and questions.
  ///
  /// The variance between seeds is pooled over the rows, because two or three seeds of one row say
  /// little and those of all rows say more. A row with one seed among rows with several uses the
  /// pooled variance too.
  package func summaries(
    _ metric: any Metric, _ filter: ResultFilter
  ) -> [Row: SeedQuestionGrid.Summary] {
    if case .overResponses(let statistic) = metric.computation {
      return summaries(of: statistic, filter, for: metric)
    }
    if case .composed(let function) = metric.computation {
      return Dictionary(
        uniqueKeysWithValues: rows.compactMap { row in
          ComparedResults(row, among: rows) { results[$0] }
            .flatMap { function($0, filter)?.summary }.map { (row, $0) }
        })
    }
    let grids = rows.compactMap { row in
      results[row]?.grid(of: metric, filter).map { (row, $0) }
    }
    let spread = SeedQuestionGrid.SeedSpread(pooling: grids.map(\.1))
    return Dictionary(
      uniqueKeysWithValues: grids.compactMap { row, grid in
        grid.summary(seedSpread: spread).map { (row, $0) }
      })
  }

  /// A statistic of all responses at once, without intervals.
  private func summaries(
    of statistic: ([ResponseRecord]) -> Double?, _ filter: ResultFilter, for metric: any Metric
  ) -> [Row: SeedQuestionGrid.Summary] {
    results.compactMapValues { results in
      let records = results.records(filter)
      guard records.haveLengths(for: metric) else { return nil }
      return statistic(records).map {
        SeedQuestionGrid.Summary(
          value: $0, interval95: nil, seeds: results.runs.count, questions: records.count)
      }
    }
  }

  /// Sentences that name the source of the errors and the missing points.
  package var notes: [String] {
    let counts = splits.compactMap { split -> String? in
      let filter = ResultFilter(splits: [split])
      let questions = rows.lazy.compactMap { results[$0]?.grid(of: Accuracy(), filter) }.first
      return questions.map { "\($0.questions.count) of \(split)" }
    }
    let questions = "questions" + (counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))")
    let over =
      runCount > 1 ? "\(runCount) seeds and the \(questions)" : "the \(questions), of one seed"
    let pooled = runCount > 1 ? "; how much seeds differ is pooled over the rows" : ""
    var notes = [
      "± is half of a 95 % interval over \(over)\(pooled); of a share the "
        + "longer half."
    ]
    let unknown = rows.filter { results[$0]?.lacksLengths == true }
    if !unknown.isEmpty {
      notes.append(
        "Without token counts, so without metrics of tokens: "
          + unknown.map { $0.title(texts) }.uniqued(on: \.self).joined(separator: ", ") + ".")
    }
    if !missing.isEmpty {
      notes.append("Missing: " + missing.map(\.address).joined(separator: ", ") + ".")
    }
    return notes
  }
}

import Algorithms
import Fields
import OrderedCollections
import PipelineCore
import Reporting

/// The results that claims are judged on, found by the sides that a claim names.
struct ResultIndex {
  private typealias Row = ResultGrid.Row

  private let rows: [Row]
  private let results: [Row: any ClaimResults]
  private let missing: [MissingInput]
  /// The scores that the claims may be about, besides the metrics.
  private let scores: Scores

  /// - Parameter metrics: the metrics that will be asked for.
  /// - Throws: `StoreError` if stored results cannot be read.
  init(
    _ inputs: [CollectedInput], missing: [MissingInput], scores: Scores = Scores(),
    metrics: [String] = []
  ) throws {
    self.scores = scores
    var results: [Row: any ClaimResults] = [:]
    var rows: [Row] = []
    for (row, runs) in OrderedDictionary(
      grouping: inputs, by: { ResultGrid.row($0.label, $0.point) })
    {
      guard let reader = ClaimResultTypes.reading(runs[0].artifact.type) else { continue }
      results[row] = try reader.init(runs, for: metrics)
      rows.append(row)
    }
    self.rows = rows
    self.results = results
    self.missing = missing
  }

  /// The splits that any of the results covers.
  var splits: [String] { rows.flatMap { results[$0]?.splits ?? [] }.uniqued(on: \.self) }

  /// The results of a side; nil if there are none.
  subscript(side: ResultSelection) -> (any ClaimResults)? { row(of: side).flatMap { results[$0] } }

  private func row(of side: ResultSelection) -> Row? {
    let label = label(of: side)
    return rows.first { $0.label == label && side.matches($0.settings) }
  }

  func grid(
    of metric: String, _ side: ResultSelection, splits: [String]
  ) -> SeedQuestionGrid? {
    self[side]?.grid(of: metric, side.filter(splits: splits))
  }

  /// A metric or a declared score of a side; nil if its results do not have it.
  func function(
    of metric: String, _ side: ResultSelection, splits: [String]
  ) -> GridFunction? {
    guard let row = row(of: side), let own = results[row] else { return nil }
    let filter = side.filter(splits: splits)
    guard let own = own as? EvaluationResults, let score = scores.metric(named: metric) else {
      return own.grid(of: metric, filter).map { GridFunction($0) }
    }
    guard case .composed(let function) = score.computation else {
      return own.grid(of: score, filter).map { GridFunction($0) }
    }
    return ComparedResults(row, among: rows) { results[$0] as? EvaluationResults }
      .flatMap { function($0, filter) }
  }

  /// The splits on which a metric is judged: those given, unless it names its own.
  func splits(of metric: String, among splits: [String]) -> [String] {
    scores.metric(named: metric).map { $0.ownSplits.isEmpty ? splits : [] } ?? splits
  }

  /// The points of a side that failed.
  func missing(of side: ResultSelection) -> [MissingInput] {
    let label = label(of: side)
    return missing.filter { $0.label == label && side.matches($0.point) }
  }

  /// The side at every value of a swept field, of the difficulty or of the budget, ascending.
  func stops(
    along axis: String, of side: ResultSelection, splits: [String]
  ) -> [(name: String, side: ResultSelection)] {
    let filter = side.filter(splits: splits)
    switch axis {
    case "difficulty":
      return (self[side]?.difficulties(filter) ?? []).map {
        (String($0), side.setting(\.difficulty, $0))
      }
    case "budget":
      return (self[side]?.budgets(filter) ?? []).map { (String($0), side.setting(\.budget, $0)) }
    default: break
    }
    let label = label(of: side)
    let values = rows.filter { $0.label == label }.compactMap { row in
      row.settings.first { $0.path.isAxis(named: axis) }?.shown
    }.uniqued(on: \.self)
    let areNumbers = values.allSatisfy { $0.doubleValue != nil }
    let ordered =
      areNumbers ? values.sorted { ($0.doubleValue ?? 0) < ($1.doubleValue ?? 0) } : values
    return ordered.map { ($0.text, side.setting(\.settings[axis], $0)) }
  }

  /// The label of a side: the written one, or the first that is swept over all fields it names.
  private func label(of side: ResultSelection) -> String? {
    side.label
      ?? rows.first { row in
        side.settings.keys.allSatisfy { name in
          row.settings.contains { $0.path.isAxis(named: name) }
        }
      }?.label
  }
}

extension ResultSelection {
  /// True if a point has all the settings that this side names.
  fileprivate func matches(_ point: [AxisValue]) -> Bool {
    settings.allSatisfy { name, value in
      point.contains { $0.path.isAxis(named: name) && value.isSame(as: $0.shown) }
    }
  }
}

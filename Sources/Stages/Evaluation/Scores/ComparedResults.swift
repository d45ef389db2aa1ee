import Algorithms
import PipelineCore
import Reporting

/// The results of one row of a table, with all others that a score may compare them with.
package struct ComparedResults: Sendable {
  package let own: EvaluationResults
  /// The results of every row, the own included, in order.
  package let all: [EvaluationResults]
  private let bases: [String: EvaluationResults]
  /// The label of these results if they are the base of that label themselves.
  private let ownLabel: String?

  /// - Parameters:
  ///   - row: the row of these results.
  ///   - rows: every row, in order; those without results are left out.
  package init?(
    _ row: ResultGrid.Row, among rows: [ResultGrid.Row],
    results: (ResultGrid.Row) -> EvaluationResults?
  ) {
    guard let own = results(row) else { return nil }
    self.own = own
    all = rows.compactMap(results)
    var bases: [String: EvaluationResults] = [:]
    for label in rows.map(\.label).uniqued(on: \.self) {
      bases[label] = row.base(label, among: rows).flatMap(results)
    }
    self.bases = bases
    ownLabel = row.base(row.label, among: rows) == row ? row.label : nil
  }

  /// The results of a label that these are compared with; nil if there are none, or several.
  package func base(_ label: String) -> EvaluationResults? { bases[label] }

  /// A score of metrics of these results and then of a base, all on the questions that both have.
  /// The base is taken whole: a cut-off or budget of the filter is about the own results alone. The
  /// base's own score is a constant, without an error.
  func score(
    of metrics: [any Metric], against label: String, _ filter: ResultFilter,
    _ value: @escaping @Sendable (_ figures: [Double]) -> Double?
  ) -> GridFunction? {
    guard let grids = paired(metrics, with: label, filter) else { return nil }
    let function = GridFunction(grids.map { .init($0) }, value: value)
    guard label == ownLabel, filter == filter.ofProblems, let constant = function.figure else {
      return function
    }
    return GridFunction(function.parts) { _ in constant }
  }

  private func paired(
    _ metrics: [any Metric], with label: String, _ filter: ResultFilter
  ) -> [SeedQuestionGrid]? {
    guard let base = base(label) else { return nil }
    let grids =
      metrics.map { own.grid(of: $0, filter) }
      + metrics.map { base.grid(of: $0, filter.ofProblems) }
    let found = grids.compactMap { $0 }
    guard found.count == grids.count else { return nil }
    let shared = found.map { Set($0.questions) }.reduce(Set(found[0].questions)) {
      $0.intersection($1)
    }
    return shared.isEmpty ? nil : found.map { $0.restricted(toQuestions: shared) }
  }
}

extension ResultGrid.Row {
  /// The row of a label that agrees with this one in every field that both are swept over; nil if
  /// there is none, or more than one.
  fileprivate func base(_ label: String, among rows: [ResultGrid.Row]) -> ResultGrid.Row? {
    let found = rows.filter { row in
      row.label == label
        && row.settings.allSatisfy { other in
          settings.allSatisfy { $0.path != other.path || $0.value == other.value }
        }
    }
    return found.count == 1 ? found[0] : nil
  }
}

extension ResultFilter {
  /// The filter's choice of problems, without its cut-off and budget.
  var ofProblems: ResultFilter {
    ResultFilter(splits: splits, family: family, difficulty: difficulty)
  }
}

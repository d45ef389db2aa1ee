package import Fields
import Reporting

/// The area under the curve of accuracy over budget, on an axis of log tokens and divided by its
/// width: with x = ln b and the accuracy a_j at the budget b_j,
///
///     Σ_j (x_{j+1} − x_j) (a_j + a_{j+1}) / 2 / (x_k − x_1).
///
/// It is the mean accuracy where every doubling of the budget counts alike, between 0 and 1.
package struct AccuracyArea: Score {
  package var budgets: [Int] = []

  package init() {}

  package static let name = "accuracy_area"
  package static let meaning = "area under accuracy over log budget, divided by the axis' width"
  package static let header = "area"
  package static let axisLabel = "area under accuracy over log budget"
  package static let unit = MetricUnit.share
  package static var fields: [Field<AccuracyArea>] { [.curveBudgets(\.budgets)] }

  package func issues() -> [FieldIssue] { FieldIssue.unlessAscending(budgets, at: "budgets") }

  package var computation: MetricComputation {
    AccuracyBudgetCurve(budgets: budgets, weights: LogAxis.weights(budgets)).computation
  }

  package var note: String {
    "Area: under accuracy over log tokens at \(budgets.listed), divided by the axis' width."
  }
}

extension Field where Root: FieldGroup {
  /// The budgets of a curve of accuracy.
  static func curveBudgets(_ path: WritableKeyPath<Root, [Int]>) -> Field {
    .ints(
      "budgets", path, each: 1...16_777_216, count: 2...64, unit: .tokens,
      "The budgets of the curve, ascending: those that responses were held to, or else lengths "
        + "beyond which a response counts as wrong",
      .semantic, required: true)
  }
}

extension [Int] {
  /// The numbers as a list in a sentence.
  var listed: String { map(String.init).joined(separator: ", ") }
}

/// An axis of budgets on which a doubling has the same length everywhere.
package enum LogAxis {
  /// The weights w of the area under a curve of points joined by straight lines: with x = ln b, the
  /// mean height is Σ w_j y_j = Σ_j (x_{j+1} − x_j) (y_j + y_{j+1}) / 2 / (x_k − x_1).
  ///
  /// - Precondition: there are at least two budgets; they are positive and ascend.
  package static func weights(_ budgets: [Int]) -> [Double] {
    precondition(budgets.count > 1, "an area needs two budgets")
    precondition(budgets[0] > 0, "a budget is positive")
    let x = budgets.map { SpecialFunctions.log(Double($0)) }
    let width = x[x.count - 1] - x[0]
    return x.indices.map { index in
      let below = index > 0 ? x[index] - x[index - 1] : 0
      let above = index + 1 < x.count ? x[index + 1] - x[index] : 0
      return (below + above) / 2 / width
    }
  }
}

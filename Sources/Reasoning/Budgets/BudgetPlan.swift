/// The token budgets at which responses are scored, and how much each counts.
package struct BudgetPlan: Sendable, Hashable {
  /// Ascending.
  package var budgets: [Int]
  /// Prior P_j over the budgets, adding up to 1.
  package var weights: [Double]

  package init(budgets: [Int], weights: [Double]) {
    precondition(budgets.count == weights.count, "one weight a budget")
    self.budgets = budgets
    self.weights = weights
  }
}

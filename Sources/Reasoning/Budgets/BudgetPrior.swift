import Algorithms
import Fields

/// Weights of several token budgets, adding up to 1.
///
/// Qi et al. 2025, AnytimeReasoner (arXiv 2505.13438): training optimises the expected score under
/// a prior over budgets.
package enum BudgetPrior: String, FieldChoice, Hashable {
  case uniform, linear, base, explicit

  package var meaning: String {
    switch self {
    case .uniform: "every budget has the same weight"
    case .linear: "in proportion to the budget"
    case .base: "the largest budget alone"
    case .explicit: "as budget_weights says"
    }
  }

  /// Returns one weight per budget.
  /// - Parameters:
  ///   - budgets: positive token counts, ascending.
  ///   - given: the weights of `explicit`, in proportion.
  package func weights(
    for budgets: [Int], given: [Double] = []
  ) throws(BudgetError) -> [Double] {
    guard let largest = budgets.last else { throw .noBudgets }
    guard budgets[0] > 0, budgets.adjacentPairs().allSatisfy(<) else {
      throw .notAscending(budgets)
    }
    let shares: [Double]
    switch self {
    case .uniform: shares = budgets.map { _ in 1 }
    case .linear: shares = budgets.map(Double.init)
    case .base: shares = budgets.map { $0 == largest ? 1 : 0 }
    case .explicit:
      guard given.count == budgets.count else {
        throw .wrongCount(budgets: budgets.count, weights: given.count)
      }
      guard given.allSatisfy({ $0 >= 0 && $0.isFinite }), given.contains(where: { $0 > 0 }) else {
        throw .noDistribution(given)
      }
      shares = given
    }
    let total = shares.reduce(0, +)
    return shares.map { $0 / total }
  }
}

/// The reason why budgets or their prior are invalid.
package enum BudgetError: Error, Hashable, CustomStringConvertible {
  case noBudgets
  case notAscending([Int])
  case wrongCount(budgets: Int, weights: Int)
  case noDistribution([Double])

  package var description: String {
    switch self {
    case .noBudgets: "'budgets' is empty"
    case .notAscending(let budgets):
      "budgets must be positive and ascending, not \(budgets)"
    case .wrongCount(let budgets, let weights):
      "the budget prior has \(weights) weights for \(budgets) budgets"
    case .noDistribution(let weights):
      "the weights of a budget prior must not be negative and not all zero, as \(weights) are"
    }
  }
}

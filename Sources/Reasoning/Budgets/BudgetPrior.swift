package import Fields

/// Weights of several token budgets, adding up to 1.
///
/// Qi et al. 2025, AnytimeReasoner (arXiv 2505.13438): training optimises the expected score under
/// a prior over budgets.
package enum BudgetPrior: Sendable, Hashable {
  case uniform
  /// Weights in proportion to the budgets.
  case linear
  /// All weight on the largest budget, as in ordinary training.
  case base
  case explicit([Double])

  /// Finds a prior by name.
  /// - Returns: nil for an unknown name.
  package init?(named name: String) {
    switch name {
    case "uniform": self = .uniform
    case "linear": self = .linear
    case "base": self = .base
    default: return nil
    }
  }

  /// Returns one weight per budget.
  /// - Parameter budgets: positive token counts, ascending.
  package func weights(for budgets: [Int]) throws(BudgetError) -> [Double] {
    guard let largest = budgets.last else { throw .noBudgets }
    guard budgets[0] > 0, zip(budgets, budgets.dropFirst()).allSatisfy(<) else {
      throw .notAscending(budgets)
    }
    let shares: [Double]
    switch self {
    case .uniform: shares = budgets.map { _ in 1 }
    case .linear: shares = budgets.map(Double.init)
    case .base: shares = budgets.map { $0 == largest ? 1 : 0 }
    case .explicit(let given):
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

/// A prior as it is named in a pipeline.
package enum BudgetPriorType: String, FieldChoice {
  case uniform, linear, base, explicit

  package var meaning: String {
    switch self {
    case .uniform: "every budget counts alike"
    case .linear: "in proportion to the budget"
    case .base: "the largest budget alone"
    case .explicit: "as budget_weights says"
    }
  }

  /// Builds the prior.
  /// - Parameter weights: the weights for `explicit`.
  package func prior(_ weights: [Double]) -> BudgetPrior {
    BudgetPrior(named: rawValue) ?? .explicit(weights)
  }

  /// The mistakes in the fields `budgets`, `budget_prior` and `budget_weights` of one group.
  package static func issues(
    budgets: [Int], prior: BudgetPriorType?, weights: [Double]
  ) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if zip(budgets, budgets.dropFirst()).contains(where: { $0 >= $1 }) {
      issues.append(FieldIssue(["budgets"], "budgets must ascend, each once"))
    }
    if let prior, budgets.isEmpty {
      issues.append(
        FieldIssue(
          ["budget_prior"], "budget_prior '\(prior.rawValue)' weighs budgets, and there are none",
          help: "add 'budgets: [...]', token counts in ascending order"))
    }
    guard prior == .explicit else {
      guard !weights.isEmpty else { return issues }
      return issues + [
        FieldIssue(
          ["budget_weights"], "budget_weights has no effect without 'budget_prior: explicit'")
      ]
    }
    if weights.count != budgets.count {
      issues.append(
        FieldIssue(
          ["budget_weights"], "\(weights.count) weights do not match \(budgets.count) budgets",
          help: "give one weight for every budget"))
    } else if !weights.isEmpty, !weights.contains(where: { $0 > 0 }) {
      issues.append(FieldIssue(["budget_weights"], "one weight at least must be above 0"))
    }
    return issues
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
    case .noBudgets: "there are no budgets"
    case .notAscending(let budgets):
      "budgets must be positive and ascending, not \(budgets)"
    case .wrongCount(let budgets, let weights):
      "the budget prior has \(weights) weights for \(budgets) budgets"
    case .noDistribution(let weights):
      "the weights of a budget prior must not be negative and not all zero, as \(weights) are"
    }
  }
}

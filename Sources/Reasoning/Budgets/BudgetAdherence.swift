/// Statistics of how well response lengths follow the budgets that they state or are given.
///
/// Li et al. 2025, SelfBudgeter (arXiv 2505.11274): the slope of a fit of length on budget, and the
/// fraction of responses near their budget. L counts the tokens from the beginning of thinking on.
package struct BudgetAdherence: Sendable, Hashable {
  /// A response matches its budget if its relative error is at most this.
  package static let tolerance = 0.5

  package let count: Int
  /// Slope of the least-squares line L = slope · b + intercept; nil if all budgets are the same.
  package let slope: Double?
  package let intercept: Double?
  /// Pearson's correlation; nil if all budgets or all lengths are the same.
  package let correlation: Double?
  /// The fraction of responses with |L - b| / b at most `tolerance`.
  package let matchingRate: Double
  /// The mean of |L - b| / b.
  package let meanRelativeError: Double

  /// Computes the statistics.
  /// - Returns: nil for no pairs.
  /// - Precondition: budgets are positive.
  package init?(_ pairs: [(budget: Int, length: Int)]) {
    guard !pairs.isEmpty else { return nil }
    let n = Double(pairs.count)
    let errors = pairs.map { Self.relativeError(budget: $0.budget, length: $0.length) }
    count = pairs.count
    matchingRate = Double(errors.count { $0 <= Self.tolerance }) / n
    meanRelativeError = errors.reduce(0, +) / n

    let meanBudget = pairs.reduce(0) { $0 + Double($1.budget) } / n
    let meanLength = pairs.reduce(0) { $0 + Double($1.length) } / n
    var (bb, bl, ll) = (0.0, 0.0, 0.0)
    for pair in pairs {
      let b = Double(pair.budget) - meanBudget
      let l = Double(pair.length) - meanLength
      bb += b * b
      bl += b * l
      ll += l * l
    }
    slope = bb > 0 ? bl / bb : nil
    intercept = bb > 0 ? meanLength - bl / bb * meanBudget : nil
    correlation = bb > 0 && ll > 0 ? bl / (bb * ll).squareRoot() : nil
  }

  /// |L - b| / b.
  package static func relativeError(budget: Int, length: Int) -> Double {
    Double(abs(length - budget)) / Double(budget)
  }
}

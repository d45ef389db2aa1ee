/// (A_t - mean) / deviation over all tokens of a rollout. Each token counts once, so long responses
/// weigh more.
///
/// This follows the code released with Arora and Zanette 2025 (arXiv 2502.04463), although the
/// paper says that advantages are not normalised, and REINFORCE++ (Hu et al. 2025, arXiv
/// 2501.03262). The deviation is that of a population (verl divides by n - 1), and its square is at
/// least 1e-8. If all advantages are equal, every token gets exactly 0.
package struct TokenWhitening: Sendable, Hashable {
  package let mean: Double
  package let divisor: Double

  /// Computes the statistics.
  /// - Parameter advantages: token advantages of each response that is trained.
  package init(_ advantages: [[Double]]) {
    let tokens = advantages.flatMap { $0 }
    let mean = GroupMean(tokens).value
    let squares = tokens.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    divisor = max(squares / Double(max(tokens.count, 1)), 1e-8).squareRoot()
  }

  package func callAsFunction(_ advantage: Double) -> Double { (advantage - mean) / divisor }
}

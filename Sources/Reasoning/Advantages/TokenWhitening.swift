/// (A_t - mean) / deviation over all tokens of a rollout, each token counting once, so that long
/// responses weigh more.
///
/// What the code released with Arora and Zanette 2025 (arXiv 2502.04463) does to its returns, though
/// the paper says that advantages are not normalised, and what REINFORCE++ (Hu et al. 2025, arXiv
/// 2501.03262) asks for. The deviation is that of a population (verl divides by n - 1), its square
/// at least 1e-8. Tokens whose advantages are all equal get exactly 0.
package struct TokenWhitening: Sendable, Hashable {
  package let mean: Double
  package let divisor: Double

  /// - Parameter advantages: of the tokens of each response that is trained.
  package init(_ advantages: [[Double]]) {
    let tokens = advantages.flatMap { $0 }
    let mean = GroupMean(tokens).value
    let squares = tokens.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    divisor = max(squares / Double(max(tokens.count, 1)), 1e-8).squareRoot()
  }

  package func callAsFunction(_ advantage: Double) -> Double { (advantage - mean) / divisor }
}

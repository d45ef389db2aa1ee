// Scores of k samples of which many must be right, where `pass` asks for one.

extension SubsetScore {
  /// The probability that all k samples are correct: C(c, k) / C(n, k), with c of n correct
  /// (pass^k of Yao et al. 2024, τ-bench, arXiv 2406.12045).
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func allPass(_ right: Int, of count: Int, drawing k: Int) -> Double? {
    guard k > 0, k <= count else { return nil }
    return (0..<k).reduce(1.0) { product, i in
      product * Double(max(0, right - i)) / Double(count - i)
    }
  }

  /// The probability that at least `least` of k samples are correct: the upper tail of a
  /// hypergeometric distribution, Σ_{j ≥ m} C(c, j) C(n − c, k − j) / C(n, k).
  ///
  /// G-Pass@k_τ of Liu et al. 2024 (LiveMathBench, arXiv 2412.13147) with m = ⌈τ k⌉.
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func pass(
    atLeast least: Int, _ right: Int, of count: Int, drawing k: Int
  ) -> Double? {
    guard k > 0, k <= count else { return nil }
    guard least > 0 else { return 1 }
    // The products are binomial probabilities with this success rate, near which they do not
    // underflow.
    let chosen = Double(k) / Double(count)
    let ways = stride(from: max(least, k - (count - right)), through: min(right, k), by: 1).map {
      share($0, of: right, chosen) * share(k - $0, of: count - right, chosen)
    }
    return min(1, ways.reduce(0, +) / share(k, of: count, chosen))
  }
}

/// McNemar's exact test of whether two methods, judged on the same questions, are right equally
/// often.
///
/// Only questions that exactly one method gets right are informative. If neither method is better,
/// each of them is equally likely to favour either (McNemar, "Note on the Sampling Error of the
/// Difference Between Correlated Proportions or Percentages", 1947; exact binomial form).
package struct McNemar: Sendable, Hashable {
  /// Questions that only the first method gets right; then those that only the second does.
  package let onlyFirst: Int
  package let onlySecond: Int

  /// - Precondition: neither is negative.
  package init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "questions are counted")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// The two-sided p-value, min(1, 2 · P(X ≤ min)), where X is binomial with n discordant questions
  /// and probability ½; 1 if there are none.
  package var pValue: Double {
    let n = onlyFirst + onlySecond
    let least = min(onlyFirst, onlySecond)
    // Terms are relative to the last term of the sum, which is the largest; earlier ones tend to
    // zero.
    var sum = 0.0
    var term = 1.0
    for k in stride(from: least, through: 0, by: -1) {
      sum += term
      term *= Double(k) / Double(n - k + 1)
    }
    return min(1, 2 * sum * Self.probability(of: least, among: n))
  }

  /// C(n, k) / 2ⁿ; the halvings are spread over the product so that nothing overflows.
  private static func probability(of k: Int, among n: Int) -> Double {
    var product = 1.0
    var halvings = n
    for i in stride(from: 1, through: k, by: 1) {
      product *= Double(n - k + i) / Double(i)
      while product > 1, halvings > 0 {
        product /= 2
        halvings -= 1
      }
    }
    return Double(sign: .plus, exponent: -min(halvings, 2000), significand: product)
  }
}

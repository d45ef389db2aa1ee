import TensorCore

/// α σ((L - μ) / (s + 1e-7)), with mean μ and population standard deviation s over the responses it
/// applies to.
///
/// Arora and Zanette 2025 (arXiv 2502.04463), eq. 4 and 5, with 1e-7 as in their released code;
/// they apply it to correct responses only. If there is only one such response, or all lengths are
/// equal, it is α/2. A correct response always stays above every wrong one.
package enum SigmoidLength: LengthShape {
  package static let name = "sigmoid"
  package static let meaning = "the logistic function of the length's z-score"
  package static let targets: [LengthPenalty.Target] = [.correct, .all]

  package static func amounts(
    for concerned: [Int], of group: ResponseGroup, alpha: Double
  ) -> [Double] {
    let lengths = concerned.map { Double(group.responses[$0].tokenCount) }
    let mu = lengths.reduce(0, +) / Double(lengths.count)
    let variance = lengths.reduce(0) { $0 + ($1 - mu) * ($1 - mu) } / Double(lengths.count)
    let sd = variance.squareRoot()
    return lengths.map { alpha * sigmoid(($0 - mu) / (sd + 1e-7)) }
  }

  /// σ(x) = 1 / (1 + e^-x).
  private static func sigmoid(_ x: Double) -> Double {
    1 / (1 + DeterministicMath.exponential(-x))
  }
}

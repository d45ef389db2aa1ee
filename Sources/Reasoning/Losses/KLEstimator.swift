import Fields
import TensorCore

/// Estimates of KL(π ‖ πref) from one sampled token, with d = log π - log πref.
///
/// J. Schulman, Approximating KL Divergence, joschu.net/blog/kl-approx.html, 2020.
package enum KLEstimator: String, FieldChoice, Hashable {
  /// d: unbiased, may be negative. Its derivative is always 1, so as a loss its expected gradient
  /// on-policy is zero; use it in the reward.
  case k1
  /// d² / 2: biased, low variance. As a loss its gradient, d ∇log π, is on-policy the gradient of
  /// the KL divergence itself.
  case k2
  /// e^-d - 1 + d: unbiased, never negative. Only its value is unbiased: as a loss its gradient, (1
  /// - e^-d) ∇log π, is on-policy the gradient of KL(πref ‖ π), which is close to the other for
  /// small d.
  case k3

  package var meaning: String {
    switch self {
    case .k1: "the log-ratio: unbiased; of no effect on average when placed in the loss"
    case .k2: "half the squared log-ratio: biased; in the loss its gradient is the divergence's"
    case .k3: "unbiased and never negative; in the loss its gradient is biased (GRPO's)"
    }
  }

  /// Returns the estimate and its derivative with respect to log π.
  package func estimate(
    logProbability: Double, referenceLogProbability: Double
  ) -> (value: Double, derivative: Double) {
    let d = logProbability - referenceLogProbability
    switch self {
    case .k1: return (d, 1)
    case .k2: return (d * d / 2, d)
    case .k3:
      let inverseRatio = DeterministicMath.exponential(-d)
      return (inverseRatio - 1 + d, 1 - inverseRatio)
    }
  }
}

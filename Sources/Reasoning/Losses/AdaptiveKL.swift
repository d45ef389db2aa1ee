/// Adapts the KL coefficient so that the divergence stays near a target.
///
/// Ziegler et al. 2019 (arXiv 1909.08593), sec. 2.2, in verl's form: after a rollout of n responses
/// with a mean divergence per token of k,
///
///     β ← β (1 + clip(k / kl_target - 1, -0.2, 0.2) n / kl_horizon)
package struct AdaptiveKL: Sendable, Hashable {
  package let target: Double
  package let horizon: Double

  package init(target: Double, horizon: Double) {
    self.target = target
    self.horizon = horizon
  }

  package func coefficient(
    after coefficient: Double, divergence: Double, responses: Int
  ) -> Double {
    let error = min(max(divergence / target - 1, -0.2), 0.2)
    return coefficient * (1 + error * Double(responses) / horizon)
  }
}

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
  package func token(
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

/// The place where the KL penalty is applied.
package enum KLPlacement: String, FieldChoice, Hashable {
  /// β k(d_t) added to each token's loss. Shao et al. 2024 (arXiv 2402.03300), eq. 3.
  case loss
  /// A_t - β Σ_{s >= t} k(d_s), after the baseline. As in the code of Arora and Zanette 2025 (arXiv
  /// 2502.04463), in OpenRLHF and in REINFORCE++.
  case reward
  /// r - β Σ_t k(d_t), before the baseline. Ahmadian et al. 2024 (arXiv 2402.14740), eq. 3 in
  /// eq. 8; TRL's RLOO trainer.
  case sequenceReward = "sequence_reward"

  package var meaning: String {
    switch self {
    case .loss: "added to each token's loss (GRPO)"
    case .reward:
      "taken from tokens after the baseline: each answers for what follows (REINFORCE++)"
    case .sequenceReward: "taken from each response's reward, before the baseline (RLOO)"
    }
  }
}

package enum KLReward {
  /// Returns β Σ_{s >= t} k(d_s) for every token t: the amount that per-token rewards of -β k(d_s)
  /// subtract from an undiscounted return. The value of the first token is that of the whole
  /// response.
  ///
  /// - Parameters:
  ///   - logProbabilities: of the sampled tokens, under the policy that sampled them.
  ///   - referenceLogProbabilities: of the same tokens, under the reference policy.
  package static func charges(
    logProbabilities: [Double], referenceLogProbabilities: [Double], coefficient: Double,
    estimator: KLEstimator
  ) -> [Double] {
    precondition(
      logProbabilities.count == referenceLogProbabilities.count, "one value a token")
    var charges = logProbabilities
    var divergenceToCome = 0.0
    for t in logProbabilities.indices.reversed() {
      divergenceToCome +=
        estimator.token(
          logProbability: logProbabilities[t],
          referenceLogProbability: referenceLogProbabilities[t]
        ).value
      charges[t] = coefficient * divergenceToCome
    }
    return charges
  }
}

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

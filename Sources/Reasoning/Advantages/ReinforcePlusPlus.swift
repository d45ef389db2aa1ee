import Fields

/// A_i = r_i: there is no baseline per prompt. Instead, advantages are normalised by the mean and
/// standard deviation over all tokens of the rollout, after the KL penalty was subtracted from each
/// token.
///
/// Hu et al. 2025, REINFORCE++ (arXiv 2501.03262): A_t = r - β Σ_{s>=t} KL_s, then (A_t - mean) /
/// deviation over the batch. The normalisation is `scale_rewards: batch_tokens`, the only value
/// this estimator accepts; `kl_placement: reward` subtracts the KL penalty as in the paper.
package struct ReinforcePlusPlus: AdvantageEstimator {
  package static let name = "reinforce_plus_plus"
  package static let meaning = "the reward itself, whitened over all tokens of the rollout"
  package static let minimumGroupSize = 1
  package static let scalings = [RewardScaling.batchTokens]

  package init() {}

  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] { rewards }
}

/// A_i = r_i - (1/n) Σ_j r_j, then whitened over all tokens of the rollout like
/// `ReinforcePlusPlus`.
///
/// Hu et al. 2025 (arXiv 2501.03262), the variant for several responses per prompt: the baseline is
/// the group's mean, the standard deviation that of the batch.
package struct ReinforcePlusPlusBaseline: AdvantageEstimator {
  package static let name = "reinforce_plus_plus_baseline"
  package static let meaning =
    "reward minus the prompt's mean reward, whitened over all tokens of the rollout"
  package static let minimumGroupSize = 2
  package static let scalings = [RewardScaling.batchTokens]

  package init() {}

  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] {
    GRPO().advantages(rewards: rewards)
  }
}

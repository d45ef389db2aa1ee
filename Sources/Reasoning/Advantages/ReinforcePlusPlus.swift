/// A_i = r_i: no baseline of the prompt's own. The mean and deviation of the whole rollout, over all
/// tokens, take its place, after the divergence was charged to each token.
///
/// Hu et al. 2025, REINFORCE++ (arXiv 2501.03262): A_t = r - β Σ_{s>=t} KL_s, then (A_t - mean) /
/// deviation over the batch. The shift and the division are `scale_rewards: batch_tokens`, which is
/// the only one it goes with; `kl_placement: reward` charges the divergence as there.
package struct ReinforcePlusPlus: AdvantageEstimator {
  package static let name = "reinforce_plus_plus"
  package static let meaning = "the reward itself, whitened over all tokens of the rollout"
  package static let minimumGroupSize = 1
  package static let scalings = [RewardScaling.batchTokens]

  package init() {}
  package init(_ algorithm: AlgorithmConfiguration) {}

  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] { rewards }
}

/// A_i = r_i - (1/n) Σ_j r_j, then whitened over all tokens of the rollout as `ReinforcePlusPlus` is.
///
/// Hu et al. 2025 (arXiv 2501.03262), the variant for several responses to a prompt: the group's mean
/// is the baseline, the deviation is that of the batch.
package struct ReinforcePlusPlusBaseline: AdvantageEstimator {
  package static let name = "reinforce_plus_plus_baseline"
  package static let meaning =
    "reward minus the prompt's mean reward, whitened over all tokens of the rollout"
  package static let minimumGroupSize = 2
  package static let scalings = [RewardScaling.batchTokens]

  package init() {}
  package init(_ algorithm: AlgorithmConfiguration) {}

  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] {
    GRPO().advantages(rewards: rewards)
  }
}

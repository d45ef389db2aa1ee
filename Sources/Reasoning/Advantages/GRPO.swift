import Fields

/// A_i = r_i - (1/n) Σ_j r_j: the baseline is the mean of the whole group.
///
/// Shao et al. 2024 (arXiv 2402.03300), sec. 4.1.2. Their division by the group's standard
/// deviation is a separate setting, `scale_rewards: group`.
package struct GRPO: AdvantageEstimator {
  package static let name = "grpo"
  package static let meaning = "reward minus the mean reward of the prompt's responses"
  package static let minimumGroupSize = 2
  package static let comparesReferences = true

  package init() {}

  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] {
    let mean = GroupMean(rewards).value
    return rewards.map { $0 - mean }
  }
}

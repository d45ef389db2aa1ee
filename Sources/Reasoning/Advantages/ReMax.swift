import Fields

/// A_i = r_i - r(ŷ): the baseline is the reward of the prompt's greedy response, sampled at
/// temperature 0 beside the others and never trained on.
///
/// Li et al. 2024, ReMax (arXiv 2310.10505), eq. 5. Reward terms that compare the responses of a
/// group see the greedy response as a group of its own.
package struct ReMax: AdvantageEstimator {
  package static let name = "remax"
  package static let meaning = "reward minus that of the prompt's likeliest response"
  package static let minimumGroupSize = 1
  package static let needsGreedyResponse = true

  package init() {}

  /// Returns zeros when there is no greedy response to compare with.
  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] {
    guard let greedyReward else { return rewards.map { _ in 0 } }
    return rewards.map { $0 - greedyReward }
  }
}

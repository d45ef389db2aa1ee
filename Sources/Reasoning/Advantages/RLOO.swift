import Fields

/// A_i = r_i - (1/(n-1)) Σ_{j≠i} r_j: the baseline is the mean of the other responses.
///
/// Kool et al. 2019; Ahmadian et al. 2024 (arXiv 2402.14740), eq. 8. Equal to n/(n-1) times the
/// difference from the group's mean.
package struct RLOO: AdvantageEstimator {
  package static let name = "rloo"
  package static let meaning = "reward minus the mean reward of the prompt's other responses"
  package static let minimumGroupSize = 2

  package init() {}

  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] {
    // Equal rewards are handled here because the subtraction below would leave a rounding error,
    // which would move the weights without any signal.
    guard !GroupMean(rewards).isAgreed else { return rewards.map { _ in 0 } }
    let total = rewards.reduce(0, +)
    return rewards.map { $0 - (total - $0) / Double(rewards.count - 1) }
  }
}

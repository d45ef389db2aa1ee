import Fields

/// Turns the rewards of summaries, forked from a truncated chain of thought, into advantages.
///
/// Qi et al. 2025 (arXiv 2505.13438), eq. 10, as their code does it: every summary counts once,
/// without the prior and without 1/num_summaries. If only one summary was sampled for a budget, its
/// cut has no other to compare with; its baseline is then the mean score of the prompt's responses
/// at that budget.
package enum SummaryEstimator: String, FieldChoice, Hashable {
  case brpo, grpo

  package var meaning: String {
    switch self {
    case .brpo: "every summary against the mean of its cut"
    case .grpo: "the last summary alone, the others untrained"
    }
  }

  /// Returns one advantage per summary of one response, cut by cut.
  /// - Parameters:
  ///   - rewards: for each cut, the rewards of its summaries and the budget that each counts for.
  ///   - groupScores: for each budget, the mean score of the prompt's responses.
  ///   - summariesPerBudget: how many summaries were sampled for each budget.
  package func advantages(
    rewards: [[(reward: Double, budget: Int)]], groupScores: [Double], summariesPerBudget: Int
  ) -> [[Double]] {
    let last = rewards.lastIndex { !$0.isEmpty }
    return rewards.enumerated().map { cut, summaries in
      let mean = GroupMean(summaries.map(\.reward)).value
      return summaries.enumerated().map { index, summary in
        let baseline = summariesPerBudget == 1 ? groupScores[summary.budget] : mean
        let isLast = cut == last && index == summaries.count - 1
        return self == .brpo || isLast ? summary.reward - baseline : 0
      }
    }
  }
}

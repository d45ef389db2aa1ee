package import ModelCore

/// A thought and its answers at several budgets.
///
/// Qi et al. 2025, AnytimeReasoner (arXiv 2505.13438), sec. 2: the thought z is sampled once. For a
/// budget b its first b tokens are given (all tokens if it is shorter), and a *summary*, the answer
/// to the thinking so far, is sampled after them. The mean correctness of a budget's summaries
/// estimates the expected reward r(x, z up to b).
package struct BudgetCutEpisode: Sendable {
  package let problem: Problem
  /// The index of this thought among the problem's thoughts, from 0.
  package let sample: Int
  package let prompt: [Int32]
  /// The tokens sampled after the prompt, at most as many as the largest budget. If the model
  /// ended its thinking or the response, that is its last token.
  package let thought: SampledResponse
  /// The budgets, ascending.
  package let budgets: [Int]
  /// One cut for each distinct part of the thought, in the order of their budgets.
  package let cuts: [Cut]

  /// A part of the thought and the summaries after it.
  package struct Cut: Sendable {
    /// Number of given tokens of the thought.
    package let length: Int
    /// True if the format's bridge had to be put after the given tokens.
    package let isForced: Bool
    /// True if the thought ended the response, so that no summary is sampled.
    package let isOver: Bool
    /// The budgets that share this cut, as places in `budgets`.
    package let budgets: Range<Int>
    /// For each of these budgets its summaries: whole responses, including the given part of the
    /// thought.
    package let summaries: [[Response]]
    /// Number of tokens before those sampled for a summary, in its response.
    package let givenCount: Int
  }

  /// The summaries of all budgets, in order.
  package var summaries: [[Response]] { cuts.flatMap(\.summaries) }

  /// For each budget, true if it cut the thought.
  package var isCut: [Bool] { cuts.flatMap { cut in cut.budgets.map { _ in cut.isForced } } }

  /// r_j: the mean correctness of the summaries at each budget.
  package var scores: [Double] {
    summaries.map { summaries in
      Double(summaries.count { $0.graded.isCorrect }) / Double(max(1, summaries.count))
    }
  }
}

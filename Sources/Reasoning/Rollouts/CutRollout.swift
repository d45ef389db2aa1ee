package import ModelCore

/// A thought, and the answers it was asked for at several budgets.
///
/// Qi et al. 2025, AnytimeReasoner (arXiv 2505.13438), sec. 2: the thought z is drawn once; for a
/// budget b its first b tokens are given, or all of them when there are fewer, and a *summary*, the
/// answer to the thinking so far, is drawn after them. The mean correctness of a budget's summaries
/// estimates the expected reward r(x, z up to b).
package struct CutRollout: Sendable {
  package let problem: Problem
  /// Which of the problem's thoughts this is, from 0.
  package let sample: Int
  package let prompt: [Int32]
  /// What was drawn after the prompt, at most as many tokens as the largest budget. A `</t>` or an
  /// `<eos>` that the model drew is its last token.
  package let thought: SampledResponse
  /// Ascending.
  package let budgets: [Int]
  /// One for each different part of the thought, in the order of their budgets.
  package let cuts: [Cut]

  /// A part of the thought, and what was answered after it.
  package struct Cut: Sendable {
    /// How many tokens of the thought are given.
    package let length: Int
    /// Whether `</t>` had to be put after them.
    package let isForced: Bool
    /// Whether the thought ended the response with `<eos>`, so that there is nothing to ask.
    package let isOver: Bool
    /// The budgets that share this cut, as places in `budgets`.
    package let budgets: Range<Int>
    /// For each of these budgets its summaries: whole responses, the thought's part included.
    package let summaries: [[Rollout]]

    /// How many tokens of a summary's response stand before its answer.
    package var givenCount: Int { length + (isForced ? 1 : 0) }
  }

  /// The summaries of every budget, in order.
  package var summaries: [[Rollout]] { cuts.flatMap(\.summaries) }

  /// r_j: of every budget the mean correctness of its summaries.
  package var scores: [Double] {
    summaries.map { summaries in
      Double(summaries.count { $0.graded.isCorrect }) / Double(max(1, summaries.count))
    }
  }
}

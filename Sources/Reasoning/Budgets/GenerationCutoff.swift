/// The scores that responses would have if generation had been cut off at a budget.
///
/// The cut-off baseline of Arora and Zanette 2025 (arXiv 2502.04463, sec. 5.2): a response that is
/// longer than the budget is unfinished, and so wrong. It needs no new samples.
package enum GenerationCutoff {
  /// The fraction of responses that are correct and at most `budget` tokens long; nil without
  /// responses.
  package static func accuracy(of responses: [GradedResponse], at budget: Int) -> Double? {
    guard !responses.isEmpty else { return nil }
    let correct = responses.count { $0.isCorrect && $0.tokenCount <= budget }
    return Double(correct) / Double(responses.count)
  }

  /// The mean number of tokens per response when each is cut off at `budget`; nil without
  /// responses.
  package static func meanTokens(of responses: [GradedResponse], at budget: Int) -> Double? {
    guard !responses.isEmpty else { return nil }
    let total = responses.reduce(0) { $0 + min($1.tokenCount, budget) }
    return Double(total) / Double(responses.count)
  }
}

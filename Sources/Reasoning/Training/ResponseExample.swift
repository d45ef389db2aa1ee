extension SupervisedExample {
  /// A prompt and a response to it that is to be imitated whole, but for tokens that a budget forced.
  /// - Parameter header: what the response was written after; it is given.
  package static func response(
    _ tokens: [Int32], to problem: Problem, after header: ResponseHeader = .none,
    forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    SupervisedExample(
      given: try LadderVocabulary.encode(problem.prompt) + header.tokens, learned: tokens,
      forced: forced)
  }

  /// A response that is to be imitated together with a budget, which it should have stated:
  /// `PROMPT <b> NNN </b> <t> RESPONSE`, everything after `<b>` learned.
  ///
  /// The cold start of Li et al. 2025, SelfBudgeter (arXiv 2505.11274).
  /// - Parameters:
  ///   - tokens: what stands after `<t>`.
  ///   - budget: its length, in that method.
  package static func response(
    _ tokens: [Int32], to problem: Problem, stating budget: Int, forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    let header = BudgetHeader.tokens(budget).dropFirst() + [LadderVocabulary.beginThinking]
    return SupervisedExample(
      given: try LadderVocabulary.encode(problem.prompt) + ResponseHeader.stated.tokens,
      learned: header + tokens, forced: forced.map { $0 + header.count })
  }
}

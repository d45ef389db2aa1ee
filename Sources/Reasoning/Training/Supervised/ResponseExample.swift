extension SupervisedExample {
  /// A prompt and a response to imitate completely, except for tokens forced by a budget.
  /// - Parameter header: the header that the response was written after; it is given, not learned.
  package static func response(
    _ tokens: [Int32], to problem: Problem, after header: ResponseHeader = .none,
    forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    SupervisedExample(
      given: try LadderVocabulary.encode(problem.prompt) + header.tokens, learned: tokens,
      forced: forced)
  }

  /// A response to imitate together with the budget that it should have stated: `PROMPT <b> NNN
  /// </b> <t> RESPONSE`, with everything after `<b>` learned.
  ///
  /// The cold start of Li et al. 2025, SelfBudgeter (arXiv 2505.11274).
  /// - Parameters:
  ///   - tokens: the tokens after `<t>`.
  ///   - budget: in that method, the response's length.
  package static func response(
    _ tokens: [Int32], to problem: Problem, stating budget: Int, forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    let header = BudgetHeader.tokens(budget).dropFirst() + [LadderVocabulary.beginThinking]
    return SupervisedExample(
      given: try LadderVocabulary.encode(problem.prompt) + ResponseHeader.stated.tokens,
      learned: header + tokens, forced: forced.map { $0 + header.count })
  }
}

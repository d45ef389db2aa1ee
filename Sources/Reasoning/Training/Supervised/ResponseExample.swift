extension SupervisedExample {
  /// A prompt and a response to imitate completely, except for tokens forced by a budget.
  /// - Parameter header: the header that the response was written after; it is given, not learned.
  package static func response(
    _ tokens: [Int32], to problem: Problem, in format: any ResponseFormat,
    after header: ResponseHeader = .none, forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    SupervisedExample(
      given: try format.prompt(of: problem, header: header), learned: tokens, forced: forced)
  }

  /// A response to imitate together with the budget that it should have stated, learning everything
  /// after the beginning of the header.
  ///
  /// The cold start of Li et al. 2025, SelfBudgeter (arXiv 2505.11274).
  /// - Parameters:
  ///   - tokens: the response from its thinking on.
  ///   - budget: in that method, the response's length.
  package static func response(
    _ tokens: [Int32], to problem: Problem, in format: any ResponseFormat, stating budget: Int,
    forced: [Int] = []
  ) throws(ProblemError) -> SupervisedExample {
    let statement = format.statement(of: budget)
    return SupervisedExample(
      given: try format.prompt(of: problem, header: .stated), learned: statement + tokens,
      forced: forced.map { $0 + statement.count })
  }

  /// A problem with the response that is stored with it as text, learning the whole response, or
  /// what the chat template marks for learning.
  /// - Parameter statesBudget: true if it is learned after a budget of its own number of tokens,
  ///   which is learned too.
  package static func stored(
    _ text: String, to problem: Problem, in format: any ResponseFormat, statesBudget: Bool = false
  ) throws(ProblemError) -> SupervisedExample {
    let trace = format.trace(ofResponse: text, answer: problem.answer)
    guard statesBudget else {
      guard let chat = try format.conversation(with: text, to: problem) else {
        return try complete(problem, trace, in: format)
      }
      return SupervisedExample(chat)
    }
    let response = try format.response(trace)
    return try .response(response, to: problem, in: format, stating: response.count)
  }
}

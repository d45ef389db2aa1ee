import ModelCore

/// A limit on length that cut a response or its thinking.
package enum LengthCap: String, Codable, Sendable, CaseIterable {
  /// A budget of thinking, after which the end of thinking was put.
  case thinkingBudget = "thinking_budget"
  /// The limit on an answer after thinking that had a budget.
  case answerBudget = "answer_budget"
  /// The limit on the whole response.
  case maxNewTokens = "max_new_tokens"
  /// The room of the model or its server for prompt and response together.
  case context

  /// The limits that cut a response: the budget of its thinking, if it cut that, and the limit at
  /// which the response ended, if it did not finish.
  ///
  /// A response is cut by what stopped it, whatever its length is: one that ends by itself at its
  /// last permitted token is whole.
  package static func those(
    cutThinking: Bool, isFinished: Bool, isAtLength: Bool, limit: LengthCap
  ) -> [LengthCap] {
    (cutThinking ? [.thinkingBudget] : []) + (!isFinished && isAtLength ? [limit] : [])
  }
}

extension Response {
  /// The limits that cut the response.
  /// - Parameters:
  ///   - cutThinking: true if its thinking was cut at a budget.
  ///   - limit: the limit on what is drawn at once: an answer, or a whole response.
  ///   - mostTokens: the number of that limit; fewer tokens end only where the context does. Nil if
  ///     what was drawn cannot be compared with it.
  package func caps(
    cutThinking: Bool = false, limit: LengthCap, mostTokens: Int?
  ) -> [LengthCap] {
    let isShort = mostTokens.map { most in drawnTokenCount.map { $0 < most } ?? false } ?? false
    return LengthCap.those(
      cutThinking: cutThinking, isFinished: graded.isFinished, isAtLength: sampled.stop == .length,
      limit: isShort ? .context : limit)
  }
}

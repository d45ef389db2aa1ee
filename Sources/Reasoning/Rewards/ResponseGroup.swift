/// A response as rewards see it.
package struct GradedResponse: Sendable, Hashable, Codable {
  /// The length L: thinking, `</t>`, answer and `<eos>`.
  package var tokenCount: Int
  package var thinkingTokens: Int
  package var isCorrect: Bool
  /// Whether the response ended by itself. An unfinished one is never correct.
  package var isFinished: Bool
  /// The budget b that the response states; nil when none was asked for, or none can be read.
  package var statedBudget: Int?

  package init(
    tokenCount: Int, thinkingTokens: Int, isCorrect: Bool, isFinished: Bool,
    statedBudget: Int? = nil
  ) {
    self.tokenCount = tokenCount
    self.thinkingTokens = thinkingTokens
    self.isCorrect = isCorrect
    self.isFinished = isFinished
    self.statedBudget = statedBudget
  }
}

/// All responses to one prompt, with what else a reward may depend on.
package struct ResponseGroup: Sendable {
  package var responses: [GradedResponse]
  /// The limit under which the responses were sampled.
  package var maxNewTokens: Int
  /// Numbers attached to the problem, by name: `token_budget`.
  package var problemFields: [String: Double]
  /// How much of the training is done, 0 to 1; nil for a term that does not say it reads it.
  package var progress: Double?

  package init(
    responses: [GradedResponse], maxNewTokens: Int, problemFields: [String: Double] = [:],
    progress: Double? = nil
  ) {
    self.responses = responses
    self.maxNewTokens = maxNewTokens
    self.problemFields = problemFields
    self.progress = progress
  }
}

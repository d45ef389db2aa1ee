/// A response as rewards see it.
package struct GradedResponse: Sendable, Hashable, Codable {
  /// The length L: thinking, `</t>`, answer and `<eos>`.
  package var tokenCount: Int
  package var thinkingTokens: Int
  package var isCorrect: Bool
  /// Whether the response ended by itself. An unfinished one is never correct.
  package var isFinished: Bool
  /// The budget that the response announced, or was given, before it began; nil for none.
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

  /// Whether it has the form `<b>N</b><t>…</t>…<eos>` with N above 0.
  package var formatIsValid: Bool { isFinished && (statedBudget ?? 0) > 0 }
}

/// All responses to one prompt, with what else a reward may depend on.
package struct ResponseGroup: Sendable {
  package var responses: [GradedResponse]
  /// What was sampled of each response, in the same order; empty where nobody looks at tokens.
  package var tokens: [[Int32]]
  /// The limit under which the responses were sampled.
  package var maxNewTokens: Int
  /// The problem's digest: what a term with a memory remembers a question by.
  package var problemID: String
  /// Numbers attached to the problem, by name: `token_budget`.
  package var problemFields: [String: Double]
  /// How much of the training is done, 0 to 1; nil for a term that does not say it reads it.
  package var progress: Double?

  package init(
    responses: [GradedResponse], tokens: [[Int32]] = [], maxNewTokens: Int,
    problemID: String = "", problemFields: [String: Double] = [:], progress: Double? = nil
  ) {
    self.responses = responses
    self.tokens = tokens
    self.maxNewTokens = maxNewTokens
    self.problemID = problemID
    self.problemFields = problemFields
    self.progress = progress
  }
}

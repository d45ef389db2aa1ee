/// A response as reward terms see it.
package struct GradedResponse: Sendable, Hashable {
  /// The length L: thinking and its end, the answer and the end of the response.
  package var tokenCount: Int
  package var thinkingTokenCount: Int
  /// The verdict on the answer; wrong without one.
  package var verdict: Verdict
  /// True if the response ended by itself. An unfinished one is never correct.
  package var isFinished: Bool
  /// The budget that the response stated, or was given, before it began; nil for none.
  package var statedBudget: Int?

  package init(
    tokenCount: Int, thinkingTokenCount: Int, verdict: Verdict, isFinished: Bool,
    statedBudget: Int? = nil
  ) {
    self.tokenCount = tokenCount
    self.thinkingTokenCount = thinkingTokenCount
    self.verdict = verdict
    self.isFinished = isFinished
    self.statedBudget = statedBudget
  }

  package var isCorrect: Bool { verdict == .right }

  /// True if the response has a budget above 0 before its thinking, and is finished.
  package var formatIsValid: Bool { isFinished && (statedBudget ?? 0) > 0 }
}

/// All responses to one prompt, with the other inputs of a reward.
package struct ResponseGroup: Sendable {
  package var responses: [GradedResponse]
  /// The sampled tokens of each response, in the same order; empty if no term reads tokens.
  package var tokens: [[Int32]]
  /// The token limit with which the responses were sampled.
  package var maxNewTokens: Int
  /// The problem's digest, by which a term with a memory recognises a question.
  package var problemID: String
  /// Numbers of the problem, by name: `token_budget`.
  package var problemFields: [String: Double]
  /// Fraction of the training that is done, 0 to 1; nil unless the term declares that it reads it.
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

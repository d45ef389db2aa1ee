/// A parsed response: the tokens from where thinking begins, up to and including the first that
/// ends the response, and the budget stated before them.
package struct ParsedResponse: Sendable, Hashable {
  /// The length L: thinking, its end, answer and the end of the response. A budget header is not
  /// counted.
  package let tokenCount: Int
  /// The tokens before the end of thinking; all tokens if it is missing.
  package let thinking: [Int32]
  /// The text of the answer; empty if the response is not finished.
  package let answer: String
  /// True if the response contains the end of thinking and, after it, the end of the response.
  package let isFinished: Bool
  /// The number of a well-formed budget header; nil without one.
  package let statedBudget: Int?

  /// Grades the response. An unfinished response is wrong.
  package func graded(for problem: Problem) throws(ProblemError) -> GradedResponse {
    let verifier = try AnswerVerifiers.of(problem)
    return GradedResponse(
      tokenCount: tokenCount, thinkingTokens: thinking.count,
      isCorrect: isFinished && verifier.accepts(answer, for: problem), isFinished: isFinished,
      statedBudget: statedBudget)
  }
}

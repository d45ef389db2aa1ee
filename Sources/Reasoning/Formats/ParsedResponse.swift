/// A parsed response: the tokens from where thinking begins, up to and including the first that
/// ends the response, and the budget stated before them.
package struct ParsedResponse: Sendable, Hashable {
  /// The length L: thinking, its end, answer and the end of the response. A budget header is not
  /// counted.
  package let tokenCount: Int
  /// The tokens before those of the end of thinking; if it is missing, all before the end of the
  /// response.
  package let thinking: [Int32]
  /// The text of the answer; empty if the response is not finished.
  package let answer: String
  /// The number of tokens between the end of thinking and that of the response; 0 if the response
  /// is not finished.
  package let answerTokenCount: Int
  /// True if the response contains the end of thinking and, after it, the end of the response.
  package let isFinished: Bool
  /// The number of a well-formed budget header; nil without one.
  package let statedBudget: Int?

  /// Grades the response. An unfinished response is wrong.
  package func graded(for problem: Problem) throws(ProblemError) -> GradedResponse {
    let verifier = try AnswerVerifiers.of(problem)
    return GradedResponse(
      tokenCount: tokenCount, thinkingTokenCount: thinking.count,
      verdict: isFinished ? verifier.verdict(on: answer, for: problem) : .wrong,
      isFinished: isFinished, statedBudget: statedBudget)
  }
}

package import Reasoning

extension ResponseRecord {
  /// The response graded anew: its answer is found by the format's present rules, and judged by the
  /// present verifier and reference answer of the problem. Tokens and lengths stay.
  /// - Throws: `ProblemError` for a problem without a usable verifier.
  package func regraded(
    for problem: Problem, in format: any ResponseFormat
  ) throws(ProblemError) -> ResponseRecord {
    var record = self
    record.problem = problem
    record.answer = isFinished ? answer(in: format) : ""
    record.verdict =
      isFinished
      ? try AnswerVerifiers.of(problem).verdict(on: record.answer, for: problem) : .wrong
    return record
  }

  private func answer(in format: any ResponseFormat) -> String {
    if let text { return format.answer(ofResponse: text) }
    return format.parse(tokens, opening: header.opening, forced: forced ?? []).answer
  }
}

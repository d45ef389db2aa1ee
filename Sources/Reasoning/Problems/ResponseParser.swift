/// A response taken apart: the tokens after `<t>`, up to and including the first `<eos>`.
package struct ParsedResponse: Sendable, Hashable {
  /// The length L: thinking, `</t>`, answer and `<eos>`.
  package let tokenCount: Int
  /// The tokens before `</t>`; all of them when it is missing.
  package let thinkingTokens: [Int32]
  /// The text between `</t>` and `<eos>`; empty when the response is not finished.
  package let answer: String
  /// Whether both `</t>` and, after it, `<eos>` are there.
  package let isFinished: Bool
  /// The budget that the response states; nil when none was asked for, or none can be read.
  package var statedBudget: Int?
}

/// Reads responses of the layout `THINKING </t> ANSWER <eos>`.
package enum ResponseParser {
  /// - Parameters:
  ///   - tokens: what was sampled; anything after the first `<eos>` is ignored.
  ///   - header: what it was sampled after. After `<b>` it has to begin with `NNN</b><t>`, which is
  ///     no part of its length; where it does not, it is unfinished, and all of it counts.
  package static func parse(
    _ tokens: [Int32], after header: ResponseHeader
  ) -> ParsedResponse {
    guard header == .stated else { return parse(tokens) }
    if let (budget, rest) = BudgetHeader.read(tokens[...]) {
      var parsed = parse(Array(rest))
      parsed.statedBudget = budget
      return parsed
    }
    let whole = parse(tokens)
    return ParsedResponse(
      tokenCount: whole.tokenCount, thinkingTokens: whole.thinkingTokens, answer: "",
      isFinished: false)
  }

  /// - Parameter tokens: what was sampled after `<t>`; anything after the first `<eos>` is ignored.
  package static func parse(_ tokens: [Int32]) -> ParsedResponse {
    let end = tokens.firstIndex(of: LadderVocabulary.endOfSequence)
    let response = end.map { tokens[...$0] } ?? tokens[...]
    guard let close = response.firstIndex(of: LadderVocabulary.endThinking) else {
      let thinking = end == nil ? response : response.dropLast()
      return ParsedResponse(
        tokenCount: response.count, thinkingTokens: Array(thinking), answer: "", isFinished: false)
    }
    return ParsedResponse(
      tokenCount: response.count, thinkingTokens: Array(response[..<close]),
      answer: end.map { LadderVocabulary.decode(response[(close + 1)..<$0]) } ?? "",
      isFinished: end != nil)
  }

  /// Judges a parsed response. An unfinished one is wrong.
  package static func grade(
    _ response: ParsedResponse, for problem: Problem
  ) throws(ProblemError) -> GradedResponse {
    let verifier = try AnswerVerifiers.of(problem)
    return GradedResponse(
      tokenCount: response.tokenCount, thinkingTokens: response.thinkingTokens.count,
      isCorrect: response.isFinished && verifier.accepts(response.answer, for: problem),
      isFinished: response.isFinished, statedBudget: response.statedBudget)
  }
}

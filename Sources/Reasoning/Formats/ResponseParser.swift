/// A parsed response: the tokens after `<t>`, up to and including the first `<eos>`, and the budget
/// stated before them.
package struct ParsedResponse: Sendable, Hashable {
  /// The length L: thinking, `</t>`, answer and `<eos>`. A budget header is not counted.
  package let tokenCount: Int
  /// The tokens before `</t>`; all tokens if it is missing.
  package let thinkingTokens: [Int32]
  /// The text between `</t>` and `<eos>`; empty if the response is not finished.
  package let answer: String
  /// True if the response contains `</t>` and, after it, `<eos>`.
  package let isFinished: Bool
  /// The number of a well-formed header `<b>ddd</b>`; nil without one.
  package let statedBudget: Int?
}

/// The tokens given before the first token of a response, which decide how it must continue.
package enum ResponseOpening: Sendable, Hashable {
  /// `PROMPT <t>`: thinking follows.
  case thinking
  /// `PROMPT <b>`: `ddd</b><t>` and thinking follow.
  case budget
  /// `PROMPT`: `<b>ddd</b><t>` and thinking follow.
  case prompt
}

/// Parses responses of the layout `THINKING </t> ANSWER <eos>`, after a budget header if one is
/// expected.
package enum ResponseParser {
  /// Number of digits of a stated budget.
  package static let budgetDigits = 3

  /// Parses a response.
  /// - Parameter tokens: the sampled tokens; those after the first `<eos>` are ignored.
  package static func parse(
    _ tokens: [Int32], opening: ResponseOpening = .thinking
  ) -> ParsedResponse {
    let end = tokens.firstIndex(of: LadderVocabulary.endOfSequence)
    let all = end.map { tokens[...$0] } ?? tokens[...]
    guard opening != .thinking else {
      return parse(thinking: all, hasEnd: end != nil, statedBudget: nil)
    }
    // Without `<t>` there is no thinking that could end, so there is no answer.
    guard let begin = all.firstIndex(of: LadderVocabulary.beginThinking) else {
      return ParsedResponse(
        tokenCount: all.count, thinkingTokens: Array(end == nil ? all : all.dropLast()),
        answer: "", isFinished: false, statedBudget: nil)
    }
    var header = all[..<begin]
    if opening == .prompt, header.popFirst() != LadderVocabulary.beginBudget { header = [] }
    return parse(
      thinking: all[(begin + 1)...], hasEnd: end != nil, statedBudget: budget(of: header))
  }

  private static func parse(
    thinking response: ArraySlice<Int32>, hasEnd: Bool, statedBudget: Int?
  ) -> ParsedResponse {
    guard let close = response.firstIndex(of: LadderVocabulary.endThinking) else {
      let thinking = hasEnd ? response.dropLast() : response
      return ParsedResponse(
        tokenCount: response.count, thinkingTokens: Array(thinking), answer: "",
        isFinished: false, statedBudget: statedBudget)
    }
    return ParsedResponse(
      tokenCount: response.count, thinkingTokens: Array(response[..<close]),
      answer: hasEnd ? LadderVocabulary.decode(response[(close + 1)...].dropLast()) : "",
      isFinished: hasEnd, statedBudget: statedBudget)
  }

  /// The number in `ddd</b>`; nil for any other tokens.
  private static func budget(of header: ArraySlice<Int32>) -> Int? {
    guard header.count == budgetDigits + 1, header.last == LadderVocabulary.endBudget else {
      return nil
    }
    let text = LadderVocabulary.decode(header.dropLast())
    return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? Int(text) : nil
  }

  /// Grades a parsed response. An unfinished response is wrong.
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

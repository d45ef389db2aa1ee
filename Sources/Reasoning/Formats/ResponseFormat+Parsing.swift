package import ModelCore

// The division of responses is the same for every format: only its marks differ.

extension ResponseFormat {
  /// Returns the place where a response ends: its first stop token or stop string; nil if it has
  /// none.
  package func end(of response: ArraySlice<Int32>) -> MarkPlace? {
    let token = response.firstIndex(where: stopTokens.contains).map(MarkPlace.init(token:))
    let strings = stopStrings.compactMap { $0.place(in: response) }
    return ([token].compactMap { $0 } + strings).min { $0.upper < $1.upper }
  }

  /// True if the last of the tokens ends the response.
  package func endsResponse(_ tokens: ArraySlice<Int32>) -> Bool {
    tokens.last.map(stopTokens.contains) ?? false || stopStrings.contains { $0.ends(tokens) }
  }

  /// Parses a response.
  /// - Parameters:
  ///   - tokens: the sampled tokens; those after the first that ends the response are ignored.
  ///   - forced: the places of a bridge that was put after a cut thought. One that the model wrote
  ///     itself is text like any other, unless the response begins with it.
  package func parse(
    _ tokens: [Int32], opening: ResponseOpening = .thinking, forced: [Int] = []
  ) -> ParsedResponse {
    let bridged = forced.first ?? (!bridge.isEmpty && tokens.starts(with: bridge) ? 0 : nil)
    let ends = [end(of: tokens[...]), bridged.flatMap { endOfBridgedAnswer(in: tokens[$0...]) }]
    let end = ends.compactMap { $0 }.min { $0.upper < $1.upper }
    let all = tokens[..<(end?.tokens.upperBound ?? tokens.endIndex)]
    func unfinished(_ tokens: ArraySlice<Int32>, stating budget: Int?) -> ParsedResponse {
      let last = max(tokens.startIndex, end?.tokens.lowerBound ?? tokens.endIndex)
      return ParsedResponse(
        tokenCount: tokens.count, thinking: Array(tokens[..<last]), answer: "", answerTokenCount: 0,
        isFinished: false, statedBudget: budget)
    }
    // Without the beginning of thinking there is none that could end, so there is no answer.
    guard
      let (budget, response) = opening == .thinking
        ? (nil, all) : statedBudget(in: all, opening: opening)
    else { return unfinished(all, stating: nil) }
    guard let mark = endOfThinking else {
      let last = max(response.startIndex, end?.tokens.lowerBound ?? response.endIndex)
      // What was thought before the bridge is no answer.
      let start = TokenPosition(
        token: max(response.startIndex, bridged ?? response.startIndex))
      return ParsedResponse(
        tokenCount: response.count, thinking: Array(response[..<last]),
        answer: end.map { answer(in: tokenizer.text(of: response, from: start, to: $0.lower)) }
          ?? "",
        answerTokenCount: 0, isFinished: end != nil, statedBudget: budget)
    }
    guard let close = mark.place(in: response),
      end.map({ close.upper <= $0.lower }) ?? true
    else { return unfinished(response, stating: budget) }
    let thinking = Array(response[..<close.tokens.lowerBound])
    guard let end else {
      return ParsedResponse(
        tokenCount: response.count, thinking: thinking, answer: "", answerTokenCount: 0,
        isFinished: false, statedBudget: budget)
    }
    return ParsedResponse(
      tokenCount: response.count, thinking: thinking,
      answer: answer(in: tokenizer.text(of: response, from: close.upper, to: end.lower)),
      answerTokenCount: max(0, end.tokens.lowerBound - close.tokens.upperBound), isFinished: true,
      statedBudget: budget)
  }

  /// Returns the answer of a finished response given as text: after its first end of thinking, or
  /// in all of it if nothing ends thinking.
  package func answer(ofResponse text: String) -> String {
    guard endOfThinking != nil else { return answer(in: text) }
    return endOfThinking(in: text).map { answer(in: String(text[$0.upperBound...])) } ?? ""
  }

  /// Returns a response as text for people: its thinking, and the rest from the end of thinking on.
  package func text(of response: [Int32]) -> (thinking: String, answer: String) {
    let all = response[...]
    let (start, end) = (TokenPosition(token: 0), TokenPosition(token: all.endIndex))
    let close = endOfThinking?.place(in: all)?.lower ?? end
    return (
      tokenizer.text(of: all, from: start, to: close),
      tokenizer.text(of: all, from: close, to: end)
    )
  }

  /// Returns the place of the first end of thinking in a response given as text. It is looked for
  /// in scalars, so that an accent after it cannot hide it.
  func endOfThinking(in text: String) -> Range<String.Index>? {
    guard endOfThinking != nil else { return nil }
    return text.unicodeScalars.firstRange(of: thinkingMark.unicodeScalars)
  }
}

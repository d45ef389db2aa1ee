package import ModelCore

extension ChatFormat {
  /// Text that spells a special token stays text. A text that would divide or end a response is an
  /// error.
  package func encode(_ text: String) throws(ProblemError) -> [Int32] {
    let ids: [Int32]
    do {
      ids = try tokenizer.encode(continuing: text, parseSpecial: false)
    } catch {
      throw .unreadableText(text, reason: error.description)
    }
    try refuseMarks(in: ids, of: text, forbidden: markTokens)
    return ids
  }

  // MARK: Answers

  /// An answer that the bridge opened, and that the response ends in, is closed.
  package func answer(in text: String) -> String {
    let isOpened = !texts.openedAnswer.isEmpty && text.hasScalarPrefix(texts.openedAnswer)
    return AnswerFinders.answer(
      in: isOpened ? text + texts.afterAnswer : text, by: texts.answerFinders)
  }

  /// If the bridge opens an answer, as with `\boxed{`, the response ends where the answer's own end
  /// follows, although no token ended it: what a model writes after it decides nothing.
  package func endOfBridgedAnswer(in response: ArraySlice<Int32>) -> MarkPlace? {
    guard texts.bridgeOpensAnswer, let first = texts.afterAnswer.utf8.first,
      let place = response.firstRange(of: bridge)
    else { return nil }
    let rest = response[place.upperBound...]
    guard first == UInt8(ascii: "}") else {
      return TextMark(texts.afterAnswer, in: tokenizer).place(in: rest).map { end in
        MarkPlace(after: end.tokens.upperBound)
      }
    }
    // Braces are counted as `boxed` counts them: `\{` and `\}` are read, and group nothing.
    var depth = 0
    var isEscaped = false
    for index in rest.indices {
      for byte in tokenizer.bytes(of: rest[index]) {
        if isEscaped || byte == UInt8(ascii: "\\") {
          isEscaped.toggle()
          continue
        }
        if byte == UInt8(ascii: "{") { depth += 1 }
        guard byte == first else { continue }
        if depth == 0 { return MarkPlace(after: index + 1) }
        depth -= 1
      }
    }
    return nil
  }

  // MARK: Teachers

  /// A response of text that was given is encoded as it is; else the answer is written by
  /// `answer_text`.
  package func response(_ trace: TeacherTrace) throws(ProblemError) -> [Int32] {
    let answer = trace.writtenAnswer ?? texts.written(trace.answer)
    guard let end = endOfThinking else {
      let isTaught = trace.writtenAnswer == nil && !trace.thinking.isEmpty
      return try encode(trace.thinking + (isTaught ? texts.closing : "") + answer)
        + [endOfResponse]
    }
    let (before, after) = texts.closingParts
    let isPlain = !closing.contains { tokenizer.specialTokens.contains($0) && $0 != end.token }
    guard isPlain else {
      return try encode(trace.thinking) + closing + encode(answer) + [endOfResponse]
    }
    if let token = end.token {
      // Added tokens divide a text, so the ids are those of the whole text.
      return try encode(trace.thinking + before) + [token] + encode(after + answer)
        + [endOfResponse]
    }
    _ = try (encode(trace.thinking), encode(answer))
    do {
      let whole = trace.thinking + texts.closing + answer
      return try tokenizer.encode(continuing: whole, parseSpecial: false) + [endOfResponse]
    } catch {
      throw .unreadableText(answer, reason: error.description)
    }
  }

  package func bridgedAnswer(of trace: TeacherTrace) -> String {
    if texts.bridgeOpensAnswer { return trace.answer + texts.afterAnswer }
    // In an undivided response the answer is written somewhere in its thinking.
    guard endOfThinking != nil, let written = trace.writtenAnswer else {
      return texts.written(trace.answer)
    }
    return written
  }

  /// The opening of thinking that is given after a prompt does not belong to a response, and the
  /// text around the end of thinking in `closing` does not belong to thinking and answer.
  package func trace(ofResponse text: String, answer: String) -> TeacherTrace {
    let text = text.without(prefix: texts.beginThinking)
    guard endOfThinking != nil else {
      return TeacherTrace(thinking: text, answer: self.answer(in: text), writtenAnswer: "")
    }
    guard let end = endOfThinking(in: text) else {
      return TeacherTrace(thinking: text, answer: answer)
    }
    let (before, after) = texts.closingParts
    let rest = String(text[end.upperBound...]).without(prefix: after)
    return TeacherTrace(
      thinking: String(text[..<end.lowerBound]).without(suffix: before),
      answer: self.answer(in: rest), writtenAnswer: rest)
  }
}

extension MarkPlace {
  /// The empty place before a token.
  fileprivate init(after token: Int) {
    self.init(lower: TokenPosition(token: token), upper: TokenPosition(token: token))
  }
}

/// Finds the places where a text says what its answer is: `the answer is …`, `Final Answer: …`, a
/// heading `Answer`. One pass.
struct PhraseScanner {
  /// A text that stands behind a phrase, up to the next one.
  struct Statement {
    var text: ArraySlice<UInt8>
    /// True behind `answer:` and behind a heading: any sentence may follow.
    var isAnnounced: Bool
    /// True behind `final answer`.
    var isFinal: Bool
  }

  private var reader: ResponseReader

  private static let verbs = [
    ["is"], ["are"], ["was"], ["equals"], ["should", "be"], ["would", "be"], ["must", "be"],
    ["will", "be"], ["becomes"],
  ]
  /// Words between the phrase and the answer that say nothing.
  private static let fillers = [
    "approximately", "about", "exactly", "simply", "therefore", "thus", "then", "indeed", "just",
    "now", "equal", "to", "option", "choice",
  ]
  /// Lines that begin so belong to another question, with which a model runs on.
  private static let runOns = ["question:", "q:", "problem:", "human:", "user:", "input:"]
  /// The longest text between `answer to` and its verb.
  private static let longestAside = 120

  /// Returns the last answer that stands behind a phrase. The scan ends where the text after one
  /// runs on with another question.
  /// - Parameter answer: finds the answer in a statement.
  static func lastAnswer<Answer>(
    in bytes: [UInt8], _ answer: (Statement) -> Answer?
  ) -> Answer? {
    var scanner = PhraseScanner(reader: ResponseReader(bytes))
    return scanner.lastAnswer(answer)
  }

  private mutating func lastAnswer<Answer>(_ answer: (Statement) -> Answer?) -> Answer? {
    var last: Answer?
    var open: Statement?
    func close(at end: Int) {
      guard var statement = open else { return }
      statement.text = statement.text[..<end]
      last = answer(statement) ?? last
      open = nil
    }
    while let byte = reader.next {
      if isLineStart, open != nil, takesRunOn() {
        close(at: reader.place)
        if last != nil { return last }
      }
      let place = reader.place
      guard byte.lower == UInt8(ascii: "a"), isWordStart,
        reader.takeAnyWord(["answer", "answers"]),
        let link = takeLink(after: place)
      else {
        reader.place = place + 1
        continue
      }
      close(at: place)
      open = Statement(
        text: reader.rest, isAnnounced: link != .verb, isFinal: followsFinal(place))
    }
    close(at: reader.bytes.endIndex)
    return last
  }

  private var isLineStart: Bool {
    reader.place > reader.bytes.startIndex && reader.bytes[reader.place - 1].isNewline
  }

  private var isWordStart: Bool {
    reader.place == reader.bytes.startIndex || !reader.bytes[reader.place - 1].isLetter
  }

  private func takesRunOn() -> Bool {
    var ahead = reader
    ahead.skip { $0.isBlank || $0.isMarkup || $0 == UInt8(ascii: "#") }
    return Self.runOns.contains { word in
      ahead.rest.prefix(word.utf8.count).elementsEqual(word.utf8) { $0.lower == $1 }
    }
  }

  private enum Link { case colon, verb, heading }

  /// True behind the word `final`.
  private func followsFinal(_ phrase: Int) -> Bool {
    let before = reader.bytes[..<phrase].suffix(12)
    let words = String(decoding: before.map(\.lower), as: UTF8.self).split { !$0.isLetter }
    return words.last == "final"
  }

  /// Moves past what links the phrase and the answer; nil if nothing does.
  private mutating func takeLink(after phrase: Int) -> Link? {
    let end = reader.place
    reader.skip { $0.isBlank || $0.isMarkup }
    let link: Link
    if takesColon() {
      link = .colon
    } else if takeVerb() {
      link = .verb
    } else if reader.takeAnyWord(["to", "for", "of", "in", "here"]) {
      guard takeAside() else { return nil }
      link = .verb
    } else {
      guard reader.next?.isNewline ?? false, isHeading(phrase..<end) else { return nil }
      link = .heading
    }
    repeat {
      reader.skip { $0.isSpace || $0 == UInt8(ascii: "#") }
    } while takesColon()
      || reader.takeAnyWord(Self.fillers)
    return link
  }

  private mutating func takesColon() -> Bool { reader.takeAny([":", "=", "\u{FF1A}"]) }

  private mutating func takeVerb() -> Bool {
    reader.skipSpaces()
    let start = reader.place
    for words in Self.verbs {
      reader.place = start
      let isVerb = words.allSatisfy { word in
        reader.skipSpaces()
        return reader.takeWord(word)
      }
      if isVerb { return true }
    }
    reader.place = start
    return false
  }

  /// Moves past `the question is` behind `answer to`.
  private mutating func takeAside() -> Bool {
    let end = reader.place + Self.longestAside
    while let byte = reader.next, reader.place < end, !byte.isNewline {
      if takesColon() { return true }
      if byte.isBlank {
        if takeVerb() { return true }
        continue
      }
      // Another `answer` says it itself.
      guard !".?!".utf8.contains(byte), !reader.takeWord("answer") else { return false }
      reader.place += 1
    }
    return false
  }

  /// True if nothing but `the final answer` and marks stands in the line.
  private func isHeading(_ phrase: Range<Int>) -> Bool {
    let before = reader.bytes[..<phrase.lowerBound].suffix(40)
    let line = before.lastIndex(where: \.isNewline).map { before[($0 + 1)...] } ?? before
    let words = String(decoding: line.map(\.lower), as: UTF8.self).split { !$0.isLetter }
    let isWhole = line.count < 40
    return isWhole && words.allSatisfy { ["the", "final", "correct", "my", "s"].contains($0) }
  }
}

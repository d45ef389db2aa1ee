/// The letter of a choice, A to J: in a box, in a sentence that gives the answer, behind `option`,
/// or marked as `(B)` or `**B**`. The last in the strongest of these forms decides. A bare letter
/// in a sentence is none, so the article “A” never is.
package struct ChoiceLetter: AnswerFinder {
  package let name = "choice_letter"
  package let meaning =
    "the letter of a choice, A to J: (B), **B**, option B, “Answer: B”, in a box"

  package init() {}

  package func answer(in text: String) -> String? {
    let bytes = Array(text.utf8)
    if let box = BoxedAnswer().answer(in: text), let letter = Self.letter(leading: box) {
      return letter
    }
    let stated = PhraseScanner.lastAnswer(in: bytes) { statement in
      var reader = ResponseReader(statement.text)
      return reader.takeChoice(isNamed: true)
    }
    let found = stated ?? Self.named(in: bytes) ?? Self.marked(in: bytes)
    return found.map { String(decoding: [$0], as: UTF8.self) }
  }

  /// The letter that a box begins with: `B`, `(B)`, `\text{B}`, `\textbf{(B)}\ 12`; alone also `b`.
  private static func letter(leading box: String) -> String? {
    let box = box.utf8.count == 1 ? box.uppercased() : box
    var reader = ResponseReader(Array(box.utf8))
    return reader.takeChoice(isNamed: true).map { String(decoding: [$0], as: UTF8.self) }
  }

  /// The letter behind the last `option` or `choice`.
  private static func named(in bytes: [UInt8]) -> UInt8? {
    var reader = ResponseReader(bytes)
    var last: UInt8?
    while let byte = reader.next {
      let start = reader.place
      let isWord = start == 0 || !bytes[start - 1].isLetter
      if isWord, byte.lower == UInt8(ascii: "o") || byte.lower == UInt8(ascii: "c"),
        reader.takeAnyWord(["option", "choice"]), let letter = reader.takeNamedChoice()
      {
        last = letter
      } else {
        reader.place = start + 1
      }
    }
    return last
  }

  /// The last letter in parentheses, brackets or bold, else the only one that lines begin with as
  /// `B.` or `B)` or are.
  private static func marked(in bytes: [UInt8]) -> UInt8? {
    var reader = ResponseReader(bytes)
    var last: UInt8?
    var beginnings: Set<UInt8> = []
    while let byte = reader.next {
      let start = reader.place
      let isLineStart = start == 0 || bytes[start - 1].isNewline
      if isLineStart, let letter = reader.takeLineChoice() { beginnings.insert(letter) }
      reader.place = start
      // `P(A)` is a function of a value.
      let isCall = start > 0 && bytes[start - 1].isLetter
      if "([*".utf8.contains(byte), !isCall, let letter = reader.takeChoice(isNamed: false) {
        last = letter
      } else {
        reader.place = start + 1
      }
    }
    return last ?? (beginnings.count == 1 ? beginnings.first : nil)
  }
}

extension ResponseReader {
  private static let letters = UInt8(ascii: "A")...UInt8(ascii: "J")
  private static let wrappers = [
    "\\textbf{", "\\text{", "\\mathrm{", "\\mathbf{", "\\boxed{", "\\(", "\\[", "(", "[", "{", "$",
    "**", "*", "__", "\"", "`", "“",
  ]

  private static let mostWrappers = 8

  /// Moves past the letter behind `option`, `option is` or `option:`.
  fileprivate mutating func takeNamedChoice() -> UInt8? {
    skipSpaces()
    _ = takeWord("is")
    _ = take(":")
    return takeChoice(isNamed: true)
  }

  /// Moves past a letter from A to J, with what may stand around it.
  /// - Parameter isNamed: true if words before it announce it; else it must stand between marks.
  fileprivate mutating func takeChoice(isNamed: Bool) -> UInt8? {
    skip(while: \.isSpace)
    let start = place
    var count = 0
    while count < Self.mostWrappers,
      takeAny(Self.wrappers) || takeAnyWord(["option", "choice"]) || takeInnerSpace(start)
    {
      count += 1
    }
    let isWrapped = place > start && !bytes[place - 1].isBlank
    guard isNamed || isWrapped, let byte = next else { return nil }
    let isClosed = isNamed && isWrapped && "([{".utf8.contains(bytes[place - 1])
    let letter = isClosed && byte.isLetter && !byte.isCapital ? byte - 0x20 : byte
    guard Self.letters.contains(letter) else { return nil }
    place += 1
    guard let after = next else { return isNamed ? letter : nil }
    guard isNamed else { return ")]*.:".utf8.contains(after) ? letter : nil }
    guard !after.isLetter, !after.isNumeral, after != UInt8(ascii: "'"), after < 0x80 else {
      return nil
    }
    // `A` and `I` before a word are words themselves.
    let isWord = [UInt8(ascii: "A"), UInt8(ascii: "I")].contains(letter) && !isWrapped
    if isWord, after.isBlank, !followedByReason { return nil }
    return letter
  }

  private mutating func takeInnerSpace(_ start: Int) -> Bool {
    guard place > start, next?.isBlank ?? false else { return false }
    place += 1
    return true
  }

  /// True before `because` and the like, and before the end of the line.
  private var followedByReason: Bool {
    var ahead = self
    ahead.skipSpaces()
    guard let next = ahead.next, !next.isNewline else { return true }
    return ahead.takeAnyWord(["because", "since", "as", "and", "or", "is"]) || !next.isLetter
  }

  /// Moves past `B.`, `B)` or `B:` at the beginning of a line, or a line that is `B`.
  fileprivate mutating func takeLineChoice() -> UInt8? {
    skipSpaces()
    guard let letter = next, Self.letters.contains(letter) else { return nil }
    place += 1
    let mark = next.map { ".):".utf8.contains($0) } ?? false
    if mark { place += 1 }
    guard let next else { return letter }
    return next.isNewline || mark && next.isBlank ? letter : nil
  }
}

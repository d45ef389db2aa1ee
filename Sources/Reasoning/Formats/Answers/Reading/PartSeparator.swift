/// The text between two parts of one answer: `, `, `$ and $`, ` papers and `.
struct PartSeparator {
  private var reader: ResponseReader
  private var isList = false
  private var hasNewline = false
  private var words = 0

  /// The longest text between two parts of one answer, in bytes and in words.
  private static let longest = 64
  private static let mostWords = 5
  /// Words with which a sentence goes on to another value: `\boxed{1}, so \boxed{2}`.
  private static let turns: Set<String> = [
    "so", "then", "thus", "hence", "therefore", "not", "but", "is", "are", "was", "were", "be",
    "gives", "give", "equals", "equal", "answer", "answers", "we", "get", "i", "wait", "actually",
    "instead", "because", "since", "which", "if", "when", "no", "rather", "final", "check", "to",
    "correct", "wrong", "becomes", "simplifies", "means", "implies", "that",
  ]
  private static let listMarks = [",", ";", "，", "、"]
  private static let looks = [
    "\\quad", "\\qquad", "\\ ", "\\,", "\\;", "\\(", "\\)", "\\[", "\\]", "\\textbf", "\\text",
    "\\mathrm", "\\mbox", "\\&", "$", "&", "+", "(", ")", "{", "}", "*",
  ]

  private init(_ text: ArraySlice<UInt8>) { reader = ResponseReader(text) }

  /// True between formulas of one list: commas, `and`, `or` and space, and one of the first three.
  static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count <= longest else { return false }
    var separator = PartSeparator(text)
    while let byte = separator.reader.next {
      if byte.isSpace {
        separator.reader.place += 1
      } else if !separator.takesListMark() {
        return false
      }
    }
    return separator.isList
  }

  /// True between boxes of one answer: nothing, signs, or a comma, `and` or `or` in one line, with
  /// a few words that go on to no other value.
  static func joinsBoxes(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count <= longest else { return false }
    // The backslash of `\\boxed`, escaped twice, is no part of it.
    let isEscaped = text.last == UInt8(ascii: "\\")
    var separator = PartSeparator(isEscaped ? text.dropLast() : text)
    while !separator.reader.isAtEnd {
      guard separator.takesPiece() else { return false }
    }
    guard separator.isList else { return separator.words == 0 && !separator.hasNewline }
    return separator.words == 0 || separator.words <= mostWords && !separator.hasNewline
  }

  private mutating func takesListMark() -> Bool {
    guard reader.takeAny(Self.listMarks) || reader.takeAnyWord(["and", "or"]) else { return false }
    isList = true
    return true
  }

  private mutating func takesPiece() -> Bool {
    guard let byte = reader.next else { return false }
    if byte.isSpace {
      hasNewline = hasNewline || byte.isNewline
      reader.place += 1
      return true
    }
    if takesListMark() || isList && reader.takeLabel() || reader.takeAny(Self.looks) { return true }
    guard byte.isLetter else { return false }
    let word = reader.read { $0.isLetter || $0 == UInt8(ascii: "'") }
    words += 1
    return !Self.turns.contains(String(decoding: word.map(\.lower), as: UTF8.self))
  }
}

extension ResponseReader {
  /// Moves past the name of a value and its `=`: `y = `, `x_2 =`.
  fileprivate mutating func takeLabel() -> Bool {
    let start = place
    guard next?.isLetter ?? false else { return false }
    place += 1
    if take("_") {
      _ = take("{")
      skip(while: \.isNumeral)
      _ = take("}")
    }
    skipSpaces()
    if take("=") { return true }
    place = start
    return false
  }
}

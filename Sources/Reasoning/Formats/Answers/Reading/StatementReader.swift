import Fields

/// Reads the answer at the beginning of what follows `the answer is`: a box, mathematics between
/// `$`, or words up to the end of their sentence.
struct StatementReader {
  private var reader: ResponseReader

  /// The longest answer in words.
  private static let longestWords = 256
  /// Words that begin another part of the sentence.
  private static let conjunctions = [
    "because", "since", "so", "which", "as", "when", "where", "if", "but", "therefore", "thus",
    "hence", "after", "not",
  ]
  /// Words that no answer begins with: `the answer is not …`, `the answer is in …`.
  private static let empty: Set<String> = [
    "not", "correct", "incorrect", "right", "wrong", "clear", "obvious", "obviously", "unclear",
    "that", "as", "in", "within", "to", "expressed", "given", "obtained", "found", "left", "also",
    "still", "the", "an", "it", "we", "i", "this", "these", "based", "unique", "straightforward",
    "written", "below", "above", "here", "should", "must", "will", "can", "and", "or",
  ]

  /// Returns what the statement begins with, or, where a sentence was announced, its value.
  static func answer(to statement: PhraseScanner.Statement) -> String? {
    var reader = StatementReader(reader: ResponseReader(statement.text))
    repeat {
      reader.reader.skip { $0.isSpace || $0.isMarkup || $0 == UInt8(ascii: ">") }
    } while reader.reader.take("\\\"")
    let start = reader.reader.place
    if let answer = reader.formulas() ?? reader.words() { return answer }
    guard statement.isAnnounced else { return nil }
    var sentences = SentenceReader(statement.text[start...])
    return sentences.next().value
  }

  // MARK: Mathematics

  /// Reads formulas that only `,`, `and` or `or` stand between.
  private mutating func formulas() -> String? {
    var parts: [String] = []
    var after = reader.place
    while let formula = reader.takeFormula() {
      parts.append(formula)
      after = reader.place
      reader.skipSpaces()
      let isList = reader.take(",")
      reader.skipSpaces()
      guard reader.takeAnyWord(["and", "or"]) || isList else { break }
      reader.skipSpaces()
    }
    reader.place = after
    guard !parts.isEmpty else { return nil }
    return parts.joined(separator: ", ")
  }

  // MARK: Words

  /// Reads to the end of the sentence, of the line, or of the part of the sentence.
  private mutating func words() -> String? {
    let start = reader.place
    var text: [UInt8] = []
    var depth = 0
    while let byte = reader.next, !byte.isNewline {
      guard reader.place - start < Self.longestWords else { return nil }
      if reader.starts(with: "**") || reader.starts(with: "__") {
        let after = reader.place + 2
        let isPower = after < reader.bytes.endIndex && reader.bytes[after].isNumeral
        if !isPower {
          reader.place = after
          continue
        }
      }
      if "([{".utf8.contains(byte) { depth += 1 }
      if ")]}".utf8.contains(byte) { depth -= 1 }
      if depth <= 0, ends(byte) { break }
      text.append(byte)
      reader.place += 1
    }
    let answer = text[...].unmarked.withoutFullStop
    return Self.isAnswer(answer) ? answer : nil
  }

  /// True if the part of the sentence ends before this byte.
  private func ends(_ byte: UInt8) -> Bool {
    var ahead = reader
    ahead.place += 1
    let after = ahead.next
    if ".!?;".utf8.contains(byte) { return after.map { $0.isSpace || $0.isMarkup } ?? true }
    if byte == UInt8(ascii: ","), after?.isBlank ?? false { return !ahead.continuesList() }
    return byte.isBlank && ahead.takeAnyWord(Self.conjunctions)
  }

  private static func isAnswer(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard !Placeholder.isOne(bytes[...]), let first = bytes.first else { return false }
    guard first.isLetter else { return bytes.contains { !$0.isMarkup && $0 != 0x3A } }
    let words = text.split(separator: " ")
    guard words.count <= 3, let word = words.first?.lowercased() else { return false }
    return !empty.contains(word)
  }
}

extension ResponseReader {
  /// True if a further part of a list follows: a number, a formula, a single letter, or `and` and
  /// one of these.
  fileprivate func continuesList() -> Bool {
    var ahead = self
    ahead.skipSpaces()
    if ahead.takeAnyWord(["and", "or"]) { ahead.skipSpaces() }
    guard let byte = ahead.next else { return false }
    guard byte.isLetter else { return byte.isNumeral || "-+$\\([{.|".utf8.contains(byte) }
    ahead.place += 1
    return !(ahead.next?.isLetter ?? false)
  }
}

/// Reads sentences and the value that one gives: what follows its last `is`, `are` or `equals`, or
/// the only value in it.
struct SentenceReader {
  private var reader: ResponseReader

  private static let verbs = ["is", "are", "was", "were", "equals", "be"]
  /// Words between the verb and the value.
  private static let fillers = [
    "exactly", "equal", "to", "approximately", "about", "only", "simply", "just", "thus",
    "therefore",
  ]

  init(_ text: ArraySlice<UInt8>) { reader = ResponseReader(text) }

  var isAtEnd: Bool { reader.isAtEnd }

  /// A formula, or a number outside formulas, and those that one list joins with it.
  fileprivate struct Value {
    var text: String
    var end: Int
    /// True if it follows `is`, `are` or another such verb.
    var isStated: Bool
    var hasDigit: Bool { text.utf8.contains(where: \.isNumeral) }
  }

  /// The values of a sentence, of which one may be what it says.
  struct Sentence {
    /// The word in small letters that stands first, before any value.
    var firstWord: String?
    fileprivate var values: [Value] = []

    var hasValue: Bool { !values.isEmpty }

    /// The value that the sentence gives; nil if it gives none or leaves it open which.
    var value: String? {
      if let stated = values.last(where: \.isStated) { return stated.text }
      let candidates = values.filter(\.hasDigit)
      return candidates.count == 1 ? candidates[0].text : nil
    }
  }

  /// Reads up to the end of the next sentence or line.
  mutating func next() -> Sentence {
    reader.skip { $0.isSpace || $0.isMarkup || $0 == UInt8(ascii: "#") }
    var sentence = Sentence()
    var isStated = false
    while let byte = reader.next, !byte.isNewline {
      let start = reader.place
      if let text = value() {
        add(Value(text: text, end: reader.place, isStated: isStated), at: start, to: &sentence)
        isStated = false
        if endsWithFullStop(start) { break }
      } else if byte.isLetter {
        if reader.takeAnyWord(Self.verbs) {
          isStated = true
        } else if !(isStated && reader.takeAnyWord(Self.fillers)) {
          // Digits behind letters are part of the word.
          reader.skip { $0.isLetter || $0.isNumeral }
          isStated = false
        }
        if sentence.firstWord == nil, !sentence.hasValue {
          let word = reader.bytes[start..<reader.place]
          sentence.firstWord = String(decoding: word.map(\.lower), as: UTF8.self)
        }
      } else {
        reader.place += 1
        if byte == UInt8(ascii: "=") { isStated = true }
        if ".!?".utf8.contains(byte), reader.next.map({ $0.isSpace || $0.isMarkup }) ?? true {
          break
        }
      }
    }
    return sentence
  }

  /// True if the full stop of the sentence stands within the formula: `$$x = 1.$$`
  private func endsWithFullStop(_ start: Int) -> Bool {
    let text = reader.bytes[start..<reader.place]
    guard let mark = text.first, !mark.isNumeral else { return false }
    let last = text.last { !$0.isSpace && !Array("$\\])".utf8).contains($0) }
    return last == UInt8(ascii: ".")
  }

  /// Adds a value, to the one before it if they are parts of one list.
  private func add(_ value: Value, at start: Int, to sentence: inout Sentence) {
    guard let end = sentence.values.last?.end, PartSeparator.isPlain(reader.bytes[end..<start])
    else { return sentence.values.append(value) }
    sentence.values[sentence.values.count - 1].text += ", " + value.text
    sentence.values[sentence.values.count - 1].end = value.end
  }

  /// Moves past a formula, or past a number with its sign and its percent sign.
  private mutating func value() -> String? {
    let start = reader.place
    if let formula = reader.takeFormula() { return formula }
    let isInWord = start > reader.bytes.startIndex && reader.bytes[start - 1].isLetter
    guard !isInWord, let number = reader.takeNumber() else { return nil }
    let isPercent = reader.takeAny(["%", "\\%"])
    return reader.signed(number, at: start) + (isPercent ? "%" : "")
  }
}

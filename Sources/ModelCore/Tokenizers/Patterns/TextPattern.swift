/// A part of a text, as a pattern divides it.
struct TextSpan: Hashable, Sendable {
  var start: Int
  var end: Int
  var isMatch: Bool
}

/// A pattern that divides a text into matches and what lies between them.
enum TextPattern: Sendable {
  /// A fixed text.
  case literal([UInt8])
  /// A single character of these classes.
  case characters(CharacterFlags)
  /// Runs of characters of `rustWord`, and runs of others that are no whitespace.
  case wordsAndSymbols
  /// A well-known pattern, read by hand.
  case words(WordPattern)
  /// Any other pattern.
  case expression(RegularExpression)

  /// Reads a pattern as Oniguruma does.
  init(expression text: String) throws(RegularExpressionError) {
    if let known = WordPattern(text) {
      self = .words(known)
    } else {
      self = .expression(try RegularExpression(text))
    }
  }

  /// Appends the spans of a part of a text: matches, and what lies between. They cover it.
  func divide(
    _ bytes: [UInt8], _ range: Range<Int>, into spans: inout [TextSpan],
    _ budget: inout TextBudget
  ) throws(TokenizerError) {
    switch self {
    case .literal(let text): divide(bytes, range, at: text, into: &spans)
    case .characters(let flags):
      let table = CharacterTable.shared
      var place = range.lowerBound
      var start = place
      while place < range.upperBound {
        let (value, next) = scalarValue(in: bytes, at: place)
        if table[value].has(flags) {
          if start < place { spans.append(TextSpan(start: start, end: place, isMatch: false)) }
          spans.append(TextSpan(start: place, end: next, isMatch: true))
          start = next
        }
        place = next
      }
      if start < place { spans.append(TextSpan(start: start, end: place, isMatch: false)) }
    case .wordsAndSymbols: divideWordsAndSymbols(bytes, range, into: &spans)
    case .words(let pattern): pattern.divide(bytes, range, into: &spans)
    case .expression(let expression): try expression.divide(bytes, range, into: &spans, &budget)
    }
  }

  private func divide(
    _ bytes: [UInt8], _ range: Range<Int>, at text: [UInt8], into spans: inout [TextSpan]
  ) {
    var start = range.lowerBound
    var place = start
    if let first = text.first {
      let last = range.upperBound - text.count
      while place <= last {
        guard bytes[place] == first, matches(bytes, place, text) else {
          place += 1
          continue
        }
        if start < place { spans.append(TextSpan(start: start, end: place, isMatch: false)) }
        spans.append(TextSpan(start: place, end: place + text.count, isMatch: true))
        place += text.count
        start = place
      }
    }
    if start < range.upperBound {
      spans.append(TextSpan(start: start, end: range.upperBound, isMatch: false))
    }
  }

  private func matches(_ bytes: [UInt8], _ place: Int, _ text: [UInt8]) -> Bool {
    for index in text.indices where bytes[place + index] != text[index] { return false }
    return true
  }

  /// `\w+|[^\w\s]+` of Rust's `regex`.
  private func divideWordsAndSymbols(
    _ bytes: [UInt8], _ range: Range<Int>, into spans: inout [TextSpan]
  ) {
    let table = CharacterTable.shared
    func kind(_ value: UInt32) -> Int {
      let classes = table[value]
      return classes.has(.rustWord) ? 1 : classes.has(.whitespace) ? 0 : 2
    }
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      let (value, next) = scalarValue(in: bytes, at: place)
      let first = kind(value)
      place = next
      while place < range.upperBound {
        let (value, next) = scalarValue(in: bytes, at: place)
        guard kind(value) == first else { break }
        place = next
      }
      spans.append(TextSpan(start: start, end: place, isMatch: first != 0))
    }
  }
}

extension ResponseReader {
  private static let longestFormula = 4_096
  private static let delimiters = [("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")]

  /// Moves past a box, or mathematics between `$…$`, `$$…$$`, `\(…\)` or `\[…\]`; returns what it
  /// holds. Nil, and it stays, if none begins here; a sum of money begins none.
  mutating func takeFormula() -> String? {
    let start = place
    if starts(with: "\\boxed") || starts(with: "\\fbox") {
      let line = read { !$0.isNewline }
      if let box = BoxedAnswer().answer(in: line.text) { return box }
      place = start
      return nil
    }
    for (opening, closing) in Self.delimiters where take(opening) {
      let content = place
      let limit = min(content + Self.longestFormula, bytes.endIndex)
      while place < limit, !starts(with: closing) {
        // A line ends what `$` began; one `\(` does not hold another.
        if opening == "$", next?.isNewline ?? false { break }
        if opening != "$$", starts(with: opening) { break }
        place += 1
      }
      let formula = bytes[content..<place]
      guard take(closing), opening != "$" || !Self.isMoney(formula) else { break }
      let text = BoxedAnswer().answer(in: formula.text) ?? formula.trimmedText.withoutFullStop
      guard !Placeholder.isOne(Array(text.utf8)[...]) else { break }
      return text
    }
    place = start
    return nil
  }

  /// True if what stands between two `$` is a sum of money and words up to the next.
  private static func isMoney(_ formula: ArraySlice<UInt8>) -> Bool {
    guard formula.first?.isNumeral ?? false else { return false }
    var depth = 0
    var word = 0
    var isCommand = false
    for byte in formula {
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      if byte == UInt8(ascii: "\\") { isCommand = true }
      word = byte.isLetter ? word + 1 : 0
      if word == 0, byte != UInt8(ascii: "\\") { isCommand = false }
      if word == 2, depth == 0, !isCommand { return true }
    }
    return false
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}

extension String {
  /// The text without the full stop, comma or colon at its end.
  var withoutFullStop: String {
    let end = lastIndex { !".,:;".contains($0) && !$0.isWhitespace }
    return end.map { String(self[...$0]) } ?? ""
  }
}

extension ResponseReader {
  private static let longestFormula = 4_096
  private static let box = "\\boxed"
  private static let delimiters = [("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")]

  /// Moves past a box, or mathematics between `$…$`, `$$…$$`, `\(…\)` or `\[…\]`; returns what it
  /// holds. Nil, and it stays, if none begins here; a sum of money begins none.
  mutating func takeFormula() -> String? {
    let start = place
    if starts(with: Self.box) || starts(with: "\\fbox") {
      // Where the first box of a line is none, the others were looked at.
      guard place >= openEnds[Self.box, default: place] else { return nil }
      let line = read { !$0.isNewline }
      if let box = BoxedAnswer().answer(in: line.text) { return box }
      openEnds[Self.box] = place
      place = start
      return nil
    }
    for (opening, closing) in Self.delimiters where take(opening) {
      let content = place
      let limit = min(content + Self.longestFormula, bytes.endIndex)
      // What an earlier mark has looked at in vain is not looked at again.
      place = max(content, min(openEnds[opening, default: content], limit))
      while place < limit, !starts(with: closing) {
        // A line ends a formula in it, `$…$` or `\(…\)`; one `\(` does not hold another.
        if opening == "$" || opening == "\\(", next?.isNewline ?? false { break }
        if opening != "$$", starts(with: opening) { break }
        // `\$` is a sign of money.
        place += starts(with: "\\$") ? 2 : 1
      }
      let formula = bytes[content..<min(place, bytes.endIndex)]
      guard take(closing) else {
        openEnds[opening] = place
        break
      }
      guard opening != "$" || !isMoney(formula) else { break }
      let text = BoxedAnswer().answer(in: formula.text) ?? formula.trimmedText.withoutFullStop
      guard !Placeholder.isOne(Array(text.utf8)[...]) else { break }
      return text
    }
    place = start
    return nil
  }

  /// True if what stands between two `$` is a sum of money and words up to the next, such as
  /// `5 and then `. A list is none: `19, 46, and 82`.
  private func isMoney(_ formula: ArraySlice<UInt8>) -> Bool {
    guard formula.first?.isNumeral ?? false else { return false }
    // The sign that closes a formula stands before no number.
    if next?.isNumeral ?? false { return true }
    var reader = ResponseReader(formula)
    var depth = 0
    while let byte = reader.next {
      if byte == UInt8(ascii: "\\") {
        reader.place += 1
        if reader.read(while: \.isLetter).isEmpty, !reader.isAtEnd { reader.place += 1 }
      } else if byte.isLetter, !reader.takeAnyWord(["and", "or"]) {
        if reader.read(while: \.isLetter).count > 1, depth == 0 { return true }
      } else if !byte.isLetter {
        if byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "}") { depth -= 1 }
        reader.place += 1
      }
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

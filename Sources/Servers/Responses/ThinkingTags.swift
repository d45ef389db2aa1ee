/// The thinking and the answer of a text that a server did not divide.
///
/// A template may have opened the thinking already, so that a text can have the closing tag alone.
struct ThinkingTags: Sendable, Hashable {
  static let opening = "<think>"
  static let closing = "</think>"

  let thinking: String
  let answer: String

  /// - Returns: nil for a text without either tag.
  init?(_ text: String) {
    var rest = Substring(text)
    let isOpened = rest.drop(while: \.isWhitespace).hasPrefix(Self.opening)
    if isOpened { rest = rest.drop(while: \.isWhitespace).dropFirst(Self.opening.count) }
    if let end = rest.firstRange(of: Self.closing) {
      thinking = String(rest[..<end.lowerBound])
      answer = String(rest[end.upperBound...])
    } else if isOpened {
      thinking = String(rest)
      answer = ""
    } else {
      return nil
    }
  }
}

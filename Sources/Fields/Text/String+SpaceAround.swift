extension StringProtocol {
  /// The text without the white space at its beginning and end.
  package var withoutSpaceAround: String {
    let start = drop(while: \.isWhitespace)
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}

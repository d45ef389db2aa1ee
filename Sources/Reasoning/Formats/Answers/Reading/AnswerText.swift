import Fields

extension ArraySlice<UInt8> {
  /// The text without the space and the marks of Markdown around it.
  var unmarked: String {
    func isAround(_ byte: UInt8) -> Bool { byte.isSpace || byte.isMarkup }
    let start = drop(while: isAround)
    let end = start.lastIndex { !isAround($0) }.map { $0 + 1 } ?? start.startIndex
    return start[..<end].trimmedText
  }
}

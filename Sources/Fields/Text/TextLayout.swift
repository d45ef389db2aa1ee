extension String {
  /// The text padded with spaces to a width in characters; a wider text stays as it is.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  /// The text cut at its end to a width in characters, with an ellipsis as its last character if
  /// something is left out.
  package func truncated(to width: Int) -> String {
    guard count > width else { return self }
    return width > 0 ? String(prefix(width - 1)) + "…" : ""
  }

  /// The text cut in its middle to a width in characters, so that both ends show. The end of an
  /// address distinguishes the points of a sweep.
  package func truncatedInMiddle(to width: Int) -> String {
    guard count > width else { return self }
    guard width > 1 else { return String(prefix(Swift.max(0, width))) }
    let kept = width - 1
    return String(prefix(kept - kept / 2)) + "…" + String(suffix(kept / 2))
  }

  /// The text without the spaces at its end.
  package var trimmingTrailingSpaces: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

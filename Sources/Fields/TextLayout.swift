extension String {
  /// The text with spaces after it, as many as fill a width in characters; a wider one as it is.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}

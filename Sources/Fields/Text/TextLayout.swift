extension String {
  /// The text padded with spaces to a width in characters; a wider text stays as it is.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}

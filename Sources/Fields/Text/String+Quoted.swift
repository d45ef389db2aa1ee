extension String {
  /// The text in single quotes, shortened, on one line and without control characters, so that it
  /// is safe inside a message.
  package var quoted: String {
    let limit = 60
    var shown = ""
    for scalar in unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
        shown += scalar == "\n" ? "\\n" : "\\u{" + String(scalar.value, radix: 16) + "}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return "'" + shown + (unicodeScalars.dropFirst(limit).isEmpty ? "" : "…") + "'"
  }
}

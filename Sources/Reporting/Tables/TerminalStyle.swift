/// How a table is drawn on a terminal.
package struct TerminalStyle: Sendable, Hashable {
  /// Draw rules with `─` instead of `-`.
  package var usesBoxLines: Bool
  /// Bold headers and dim notes, by ANSI escapes. Off when piped or when NO_COLOR is set; the caller
  /// knows.
  package var usesColor: Bool

  package init(usesBoxLines: Bool = false, usesColor: Bool = false) {
    self.usesBoxLines = usesBoxLines
    self.usesColor = usesColor
  }

  package static let plain = TerminalStyle()

  var rule: String { usesBoxLines ? "─" : "-" }

  func bold(_ text: String) -> String { usesColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
  func dim(_ text: String) -> String { usesColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}

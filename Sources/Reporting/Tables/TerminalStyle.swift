/// The style of a table on a terminal.
package struct TerminalStyle: Sendable, Hashable {
  /// True to draw rules with `─` instead of `-`.
  package var usesBoxLines: Bool
  /// True for bold headers and dim notes by ANSI escapes. The caller turns it off if the output is
  /// not a terminal or if NO_COLOR is set.
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

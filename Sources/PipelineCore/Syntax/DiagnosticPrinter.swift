/// Renders diagnostics for people: place and message, the line with a caret, notes, help.
///
/// ```
/// pipeline.yaml:7:5: error: unknown field 'lenght_penalty' in 'rl.reward'
///  7 |     lenght_penalty: {alpha: 0.1}
///    |     ^~~~~~~~~~~~~~
/// help: did you mean 'length_penalty'?
/// ```
package struct DiagnosticPrinter: Sendable {
  /// Whether to use ANSI colours.
  package var usesColor: Bool
  /// Longer source lines are shown in part, around the caret.
  package var width = 120

  package init(usesColor: Bool = false) { self.usesColor = usesColor }

  /// All diagnostics in reading order, separated by empty lines, with a last line that counts them.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    let parts = diagnostics.sortedByPosition().map(render)
    let errors = diagnostics.count { $0.severity == .error }
    let summary = errors == 0 ? "" : "\n\(errors) error\(errors == 1 ? "" : "s")\n"
    return parts.joined(separator: "\n") + summary
  }

  /// One diagnostic, ending in a line break.
  package func render(_ diagnostic: Diagnostic) -> String {
    var text = entry(
      diagnostic.severity, diagnostic.message, at: diagnostic.range, in: diagnostic.file)
    for note in diagnostic.notes {
      text += entry(.note, note.message, at: note.range, in: note.file)
    }
    if let help = diagnostic.help { text += style("help:", "1;36") + " \(help)\n" }
    return text
  }

  private func entry(
    _ severity: Diagnostic.Severity, _ message: String, at range: SourceRange, in file: SourceFile
  ) -> String {
    let place = "\(file.name):\(range.line):\(range.column):"
    let color =
      switch severity {
      case .error: "1;31"
      case .warning: "1;33"
      case .note: "1;34"
      }
    let head = style(place, "1") + " " + style("\(severity.rawValue):", color) + " \(message)\n"
    return head + snippet(of: range, in: file, color: color)
  }

  private func snippet(of range: SourceRange, in file: SourceFile, color: String) -> String {
    guard let line = file.line(range.line) else { return "" }
    let scalars = Array(line.unicodeScalars)
    let start = min(max(range.column - 1, 0), scalars.count)
    let end = range.endLine == range.line ? min(range.endColumn - 1, scalars.count) : scalars.count

    // A window of the line that holds the caret.
    let first = scalars.count <= width ? 0 : max(0, min(start - width / 4, scalars.count - width))
    let last = min(scalars.count, first + width)
    let lead = first > 0 ? "…" : ""
    let shown = lead + text(scalars[first..<last]) + (last < scalars.count ? "…" : "")

    let gutter = " \(range.line) | "
    let blank = String(repeating: " ", count: gutter.count - 2) + "| "
    // Tabs are copied, so that the caret stands under its column whatever a tab's width.
    let padding = lead.isEmpty ? "" : " "
    let under = scalars[first..<start].map { $0 == "\t" ? "\t" : spaces(for: $0) }.joined()
    let tail = scalars[min(start + 1, last)..<max(min(end, last), min(start + 1, last))]
    let mark = "^" + tail.map { String(repeating: "~", count: columns(of: $0)) }.joined()
    return gutter + shown + "\n" + blank + padding + under + style(mark, color) + "\n"
  }

  /// What a source line may not do to a terminal is shown as a dot.
  private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = ""
    for scalar in scalars {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\t"
      text.unicodeScalars.append(isControl ? "·" : scalar)
    }
    return text
  }

  private func spaces(for scalar: Unicode.Scalar) -> String {
    String(repeating: " ", count: columns(of: scalar))
  }

  /// How many terminal columns a scalar takes: none for what joins the one before, two for emoji
  /// and the wide scripts, one otherwise (Unicode Standard Annex 11, in outline).
  private func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }

  private func style(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

import Fields

/// Renders diagnostics for people: place and message, the line with a caret, notes, help.
///
/// ```
/// pipeline.yaml:7:5: error: unknown field 'lenght_penalty' in 'rl.reward'
///  7 |     lenght_penalty: {alpha: 0.1}
///    |     ^~~~~~~~~~~~~~
/// help: did you mean 'length_penalty'?
/// ```
package struct DiagnosticPrinter: Sendable {
  /// True to use ANSI colours.
  package var usesColor: Bool
  /// The most columns of a line, its number included. Of longer source lines only the part around
  /// the caret is shown; longer help is wrapped.
  package var width = 120
  /// The most errors shown, and the most warnings.
  package static let limit = 50

  package init(usesColor: Bool = false) { self.usesColor = usesColor }

  /// The first diagnostics in reading order, separated by empty lines, then the number of those
  /// left out, and a last line with the number of errors.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    var found: [Diagnostic.Severity: Int] = [:]
    var parts: [String] = []
    for diagnostic in diagnostics.sortedByPosition() {
      found[diagnostic.severity, default: 0] += 1
      if found[diagnostic.severity, default: 0] <= Self.limit { parts.append(render(diagnostic)) }
    }
    for severity in [Diagnostic.Severity.error, .warning, .note] {
      let more = found[severity, default: 0] - Self.limit
      if more > 0 { parts.append("and \(count(more, "more \(severity.rawValue)"))\n") }
    }
    if let errors = found[.error] { parts.append("\(count(errors, "error"))\n") }
    return parts.joined(separator: "\n")
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// One diagnostic, ending in a line break.
  package func render(_ diagnostic: Diagnostic) -> String {
    var text = entry(
      diagnostic.severity, diagnostic.message, at: diagnostic.range, in: diagnostic.file)
    for note in diagnostic.notes {
      text += entry(.note, note.message, at: note.range, in: note.file)
    }
    if let help = diagnostic.help {
      let lines = WordWrap.lines(
        of: self.text(Array(help.unicodeScalars)[...]), width: width, indent: 6)
      text += style("help:", "1;36") + lines.joined(separator: "\n").dropFirst(5) + "\n"
    }
    return text
  }

  private func entry(
    _ severity: Diagnostic.Severity, _ message: String, at range: SourceRange, in file: SourceFile
  ) -> String {
    let place = "\(file.name.shown):\(range.line):\(range.column):"
    let color =
      switch severity {
      case .error: "1;31"
      case .warning: "1;33"
      case .note: "1;34"
      }
    let head =
      style(place, "1") + " " + style("\(severity.rawValue):", color) + " \(message.shown)\n"
    return head + snippet(of: range, in: file, color: color)
  }

  private func snippet(of range: SourceRange, in file: SourceFile, color: String) -> String {
    guard let line = file.line(range.line) else { return "" }
    let (scalars, skipped, isCut) = neighbourhood(of: line, around: max(range.column - 1, 0))
    let start = min(max(range.column - 1 - skipped, 0), scalars.count)
    let end =
      range.endLine == range.line
      ? max(start, min(range.endColumn - 1 - skipped, scalars.count)) : scalars.count

    let gutter = " \(range.line) | "
    let (first, last) = window(of: scalars, around: start, columns: width - gutter.count)
    let lead = first > 0 || skipped > 0 ? "…" : ""
    let shown =
      lead + text(scalars[first..<last]) + (last < scalars.count || isCut ? "…" : "")

    let blank = String(repeating: " ", count: gutter.count - 2) + "| "
    // Tabs are copied, so that the caret is under its column whatever a tab's width.
    let padding = lead.isEmpty ? "" : " "
    let under = scalars[first..<start].map { $0 == "\t" ? "\t" : spaces(for: $0) }.joined()
    let tail = scalars[min(start + 1, last)..<max(min(end, last), min(start + 1, last))]
    let mark = "^" + tail.map { String(repeating: "~", count: columns(of: $0)) }.joined()
    return gutter + shown + "\n" + blank + padding + under + style(mark, color) + "\n"
  }

  /// The scalars of a line around a place, as many as could be shown at all, because lines may be
  /// huge. Also returns how many precede them, and true if more follow.
  private func neighbourhood(
    of line: Substring, around place: Int
  ) -> (scalars: [Unicode.Scalar], skipped: Int, isCut: Bool) {
    let reach = 2 * max(width, 20)
    let first = max(0, place - reach)
    var skipped = 0
    var index = line.utf8.startIndex
    // Every byte except a continuation byte begins a scalar.
    while index != line.utf8.endIndex {
      if line.utf8[index] & 0xC0 != 0x80 {
        if skipped == first { break }
        skipped += 1
      }
      line.utf8.formIndex(after: &index)
    }
    let rest = line.unicodeScalars[index...]
    let scalars = Array(rest.prefix(2 * reach))
    return (scalars, skipped, !rest.dropFirst(2 * reach).isEmpty)
  }

  /// The visible part of a line: all of it, or the part around a place that fits and leaves one
  /// column for the dots on each side.
  private func window(
    of scalars: [Unicode.Scalar], around place: Int, columns limit: Int
  ) -> (first: Int, last: Int) {
    // A tab takes up to eight columns. A place after the last scalar needs one for the caret.
    let taken = scalars.map { $0 == "\t" ? 8 : columns(of: $0) }
    let total = taken.reduce(0, +) + (place == scalars.count ? 1 : 0)
    guard total > limit else { return (0, scalars.count) }
    let room = max(8, limit - 2)
    var (first, last, used) = (place, place, 0)
    while first > 0, used + taken[first - 1] <= room / 4 {
      first -= 1
      used += taken[first]
    }
    while last < scalars.count, used + taken[last] <= room {
      used += taken[last]
      last += 1
    }
    while first > 0, used + taken[first - 1] <= room {
      first -= 1
      used += taken[first]
    }
    return (first, last)
  }

  /// Replaces characters that would disturb a terminal by dots.
  private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = ""
    for scalar in scalars {
      text.unicodeScalars.append(scalar.isUnshowable ? "·" : scalar)
    }
    return text
  }

  private func spaces(for scalar: Unicode.Scalar) -> String {
    String(repeating: " ", count: columns(of: scalar))
  }

  /// The number of terminal columns of a scalar: zero for marks that combine with the scalar
  /// before, two for emoji and wide scripts, otherwise one (a simplified Unicode Standard Annex
  /// 11).
  private func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isUnshowable { return 1 }
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

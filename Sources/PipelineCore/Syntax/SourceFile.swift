/// A text that people wrote (a pipeline file, one `--set`), kept whole so that messages can show
/// it.
package final class SourceFile: Sendable {
  /// The name messages print: a path as the user gave it, or `--set#1`.
  package let name: String
  package let text: String
  /// The lines without their breaks. Lines break where libyaml's do.
  package let lines: [Substring]

  package init(name: String, text: String) {
    self.name = name
    self.text = text
    self.lines = Self.split(text)
  }

  /// Decodes a file's bytes.
  /// - Throws: a diagnostic at the first byte that is not UTF-8.
  package convenience init(name: String, bytes: some Collection<UInt8>) throws(Diagnostic) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self.init(name: name, text: text)
      return
    }
    // The longest valid prefix ends where the replacement characters of a lossy decoding begin.
    let repaired = SourceFile(name: name, text: String(decoding: bytes, as: UTF8.self))
    var intact = 0
    for (byte, shown) in zip(bytes, repaired.text.utf8) {
      guard byte == shown else { break }
      intact += 1
    }
    throw Diagnostic(
      .error, "the file is not valid UTF-8", at: repaired.position(ofByte: intact), in: repaired,
      help: "save the file as UTF-8")
  }

  /// A line by its 1-based number; nil past the end.
  package func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }

  /// The position of a byte of the text's UTF-8, rounded down to the start of its scalar.
  package func position(ofByte offset: Int) -> SourceRange {
    let bytes = text.utf8
    var end =
      bytes.index(bytes.startIndex, offsetBy: offset, limitedBy: bytes.endIndex)
      ?? bytes.endIndex
    while end.samePosition(in: text.unicodeScalars) == nil { end = bytes.index(before: end) }
    let before = Self.split(String(text[..<end]))
    let column = before.last?.unicodeScalars.count ?? 0
    return SourceRange(line: max(1, before.count), column: column + 1)
  }

  /// libyaml breaks lines at CR, LF, CR LF, NEL, LS and PS; agreeing with it keeps numbers right.
  private static func split(_ text: String) -> [Substring] {
    var lines: [Substring] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index != scalars.endIndex {
      let scalar = scalars[index]
      let lineEnd = index
      scalars.formIndex(after: &index)
      switch scalar {
      case "\r" where index != scalars.endIndex && scalars[index] == "\n":
        scalars.formIndex(after: &index)
        fallthrough
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(Substring(scalars[start..<lineEnd]))
        start = index
      default: break
      }
    }
    lines.append(Substring(scalars[start...]))
    return lines
  }
}

/// A stretch of a source file: 1-based lines, 1-based columns that count Unicode scalars; the end
/// is exclusive. An empty range marks a place.
package struct SourceRange: Sendable, Hashable {
  package var line: Int
  package var column: Int
  package var endLine: Int
  package var endColumn: Int

  package init(line: Int, column: Int, endLine: Int, endColumn: Int) {
    self.line = line
    self.column = column
    self.endLine = endLine
    self.endColumn = endColumn
  }

  /// A place, or `length` scalars of one line.
  package init(line: Int, column: Int, length: Int = 0) {
    self.init(line: line, column: column, endLine: line, endColumn: column + length)
  }

  package var isEmpty: Bool { line == endLine && column == endColumn }
}

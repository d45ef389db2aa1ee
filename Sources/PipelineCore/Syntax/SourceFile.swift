/// A text that the user wrote (a pipeline file, one `--set`), kept whole so that messages can show
/// it.
package final class SourceFile: Sendable {
  /// The name shown in messages: a path as the user gave it, or `--set#1`.
  package let name: String
  package let text: String
  /// The lines without their line breaks, which are the same as libyaml's.
  package let lines: [Substring]
  /// The number of the first line.
  private let firstLine: Int

  package init(name: String, text: String) {
    self.name = name
    self.text = text
    self.lines = Self.split(text)
    firstLine = 1
  }

  /// One line of a file whose other lines are not kept.
  package init(name: String, line: String, number: Int) {
    self.name = name
    text = line
    lines = [line[...]]
    firstLine = number
  }

  /// The largest size of a text, in bytes.
  package static let sizeLimit = 512 << 10

  /// The error for a larger text.
  static func tooLarge(_ name: String) -> Diagnostic {
    Diagnostic(
      .error, "the file is larger than \(sizeLimit >> 10) KiB, the most a pipeline may have",
      at: SourceRange(line: 1, column: 1), in: SourceFile(name: name, text: ""))
  }

  /// Decodes the bytes of a file.
  /// - Throws: a diagnostic if there are too many bytes, or at the first that is not UTF-8.
  package convenience init(name: String, bytes: some Collection<UInt8>) throws(Diagnostic) {
    guard bytes.count <= Self.sizeLimit else { throw Self.tooLarge(name) }
    if let text = String(validating: bytes, as: UTF8.self) {
      self.init(name: name, text: text)
      return
    }
    var intact = 0
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      intact += UTF8.width(scalar)
    }
    // Keeps as much of the following text as a message shows.
    let repaired = SourceFile(
      name: name, text: String(decoding: bytes.prefix(intact + 200), as: UTF8.self))
    throw Diagnostic(
      .error, "the file is not valid UTF-8", at: repaired.position(ofByte: intact), in: repaired,
      help: "save the file as UTF-8")
  }

  /// The line with a 1-based number; nil past the end.
  package func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - firstLine) ? lines[number - firstLine] : nil
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

  /// Splits at the same line breaks as libyaml (CR, LF, CR LF, NEL, LS and PS), so that line
  /// numbers agree.
  private static func split(_ text: String) -> [Substring] {
    let bytes = Array(text.utf8)
    let first = text.utf8.startIndex
    func part(_ range: Range<Int>) -> Substring {
      let start = text.utf8.index(first, offsetBy: range.lowerBound)
      return text[start..<text.utf8.index(start, offsetBy: range.count)]
    }
    var lines: [Substring] = []
    var (start, index) = (0, 0)
    while index < bytes.count {
      let length = breakLength(bytes, at: index)
      guard length > 0 else {
        index += 1
        continue
      }
      lines.append(part(start..<index))
      index += length
      start = index
    }
    lines.append(part(start..<bytes.count))
    return lines
  }

  /// The number of bytes of the line break at a place; 0 if there is none.
  private static func breakLength(_ bytes: [UInt8], at index: Int) -> Int {
    func next(_ offset: Int) -> UInt8 {
      index + offset < bytes.count ? bytes[index + offset] : 0
    }
    switch bytes[index] {
    case 0x0A: return 1
    case 0x0D: return next(1) == 0x0A ? 2 : 1
    case 0xC2: return next(1) == 0x85 ? 2 : 0
    case 0xE2: return next(1) == 0x80 && (next(2) == 0xA8 || next(2) == 0xA9) ? 3 : 0
    default: return 0
    }
  }
}

/// A range in a source file: 1-based lines, and 1-based columns that count Unicode scalars. The end
/// is exclusive. An empty range marks a position.
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

  /// A position, or `length` scalars of one line.
  package init(line: Int, column: Int, length: Int = 0) {
    self.init(line: line, column: column, endLine: line, endColumn: column + length)
  }

  package var isEmpty: Bool { line == endLine && column == endColumn }
}

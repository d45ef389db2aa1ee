import PipelineCore

/// The bytes of a file whose records may be longer than a line, with the line and column of each.
struct FileText {
  let name: String
  let bytes: [UInt8]
  /// The offset at which each line begins.
  private let lines: [Int]

  init(_ bytes: some Sequence<UInt8>, named name: String) {
    let bytes = Array(bytes)
    self.name = name
    self.bytes = bytes
    lines = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }

  /// The offset behind a byte order mark.
  var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The line of a byte, from 1.
  func line(of offset: Int) -> Int {
    var (low, high) = (0, lines.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The place of a byte: its line, and its column in Unicode scalars, from 1.
  func place(of offset: Int) -> RecordPlace {
    let number = line(of: offset)
    let begin = number == 1 ? start : lines[number - 1]
    var end = number < lines.count ? lines[number] - 1 : bytes.count
    if end > begin, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let before = bytes[begin..<max(begin, min(offset, end))]
    return (
      SourceRange(
        line: number, column: String(decoding: before, as: UTF8.self).unicodeScalars.count + 1),
      SourceFile(
        name: name, line: String(decoding: bytes[begin..<end], as: UTF8.self), number: number)
    )
  }

  func mistake(_ message: String, at offset: Int, help: String? = nil) -> Diagnostic {
    let place = place(of: offset)
    return Diagnostic(.error, message, at: place.range, in: place.file, help: help)
  }

  /// The offset of the first byte that is no UTF-8; nil if there is none.
  var firstInvalidByte: Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    return zip(bytes, String(decoding: bytes, as: UTF8.self).utf8).prefix { $0 == $1 }.count
  }
}

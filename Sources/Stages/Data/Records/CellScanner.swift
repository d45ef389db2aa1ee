/// The byte between two cells.
enum CellSeparator: UInt8, Sendable {
  case commas = 0x2C
  case tabs = 0x09
}

/// A cell of a file of rows, by the offsets of its bytes; those of its quotes are inside.
struct RowCell: Sendable, Hashable {
  let start: Int
  let end: Int
  let isQuoted: Bool

  private static let (quote, carriageReturn, lineFeed) = (
    UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n")
  )

  func text(in bytes: [UInt8]) -> String {
    guard isQuoted else { return String(decoding: bytes[start..<end], as: UTF8.self) }
    var text: [UInt8] = []
    text.reserveCapacity(end - start)
    var place = start + 1
    while place < end - 1 {
      place += skipped(at: place, of: bytes)
      text.append(bytes[place])
      place += 1
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The offset of a scalar of the cell's text.
  func offset(ofScalar index: Int, in bytes: [UInt8]) -> Int {
    var place = isQuoted ? start + 1 : start
    let last = isQuoted ? end - 1 : end
    for _ in 0..<index where place < last {
      if isQuoted { place += skipped(at: place, of: bytes) }
      place += 1
      while place < last, bytes[place] & 0xC0 == 0x80 { place += 1 }
    }
    return min(place, last)
  }

  /// 1 at a byte in quotes that stands for nothing: the first of two quotes, and a CR before an LF.
  private func skipped(at place: Int, of bytes: [UInt8]) -> Int {
    guard place + 1 < end - 1 else { return 0 }
    return (bytes[place] == Self.quote && bytes[place + 1] == Self.quote)
      || (bytes[place] == Self.carriageReturn && bytes[place + 1] == Self.lineFeed) ? 1 : 0
  }
}

/// A mistake in the cells of a file, which leaves open where the next row begins.
struct CellError: Error {
  let message: String
  let offset: Int
  var help: String?
}

/// Divides a file into rows of cells as RFC 4180 does.
///
/// Readers of CSV return values. Messages about a file have to say where each value is written, so
/// this one returns places.
struct CellScanner {
  private let bytes: [UInt8]
  private let separator: CellSeparator
  private var position: Int

  private static let quote = UInt8(ascii: "\"")

  init(_ bytes: [UInt8], from start: Int, _ separator: CellSeparator) {
    self.bytes = bytes
    self.separator = separator
    position = start
  }

  /// Returns the cells of the next row; nil at the end.
  mutating func next() throws(CellError) -> [RowCell]? {
    while let length = lineEnd(at: position) { position += length }
    guard position < bytes.count else { return nil }
    let start = position
    var cells: [RowCell] = []
    while true {
      cells.append(try cell(inRowAt: start))
      guard position < bytes.count else { return cells }
      if let length = lineEnd(at: position) {
        position += length
        return cells
      }
      position += 1
    }
  }

  /// The length of the end of a line at a place; nil if none is there.
  private func lineEnd(at place: Int) -> Int? {
    guard place < bytes.count else { return nil }
    if bytes[place] == UInt8(ascii: "\n") { return 1 }
    guard bytes[place] == UInt8(ascii: "\r") else { return nil }
    if place + 1 == bytes.count { return 1 }
    return bytes[place + 1] == UInt8(ascii: "\n") ? 2 : nil
  }

  private mutating func cell(inRowAt row: Int) throws(CellError) -> RowCell {
    let start = position
    if position < bytes.count, bytes[position] == Self.quote { return try quoted(inRowAt: row) }
    while position < bytes.count, bytes[position] != separator.rawValue,
      lineEnd(at: position) == nil
    {
      if bytes[position] == UInt8(ascii: "\r") {
        throw CellError(
          message: "a carriage return stands alone", offset: position,
          help: "end lines with LF or CR LF")
      }
      if bytes[position] == Self.quote, separator == .commas {
        throw CellError(
          message: "a quote stands inside a cell that does not begin with one", offset: position,
          help: "put the whole cell in quotes, and write each quote inside it twice")
      }
      position += 1
      try checkLength(ofRowAt: row, quote: nil)
    }
    return RowCell(start: start, end: position, isQuoted: false)
  }

  private mutating func quoted(inRowAt row: Int) throws(CellError) -> RowCell {
    let start = position
    position += 1
    while position < bytes.count {
      guard bytes[position] == Self.quote else {
        position += 1
        try checkLength(ofRowAt: row, quote: start)
        continue
      }
      position += 1
      if position < bytes.count, bytes[position] == Self.quote {
        position += 1
        continue
      }
      guard
        position == bytes.count || bytes[position] == separator.rawValue
          || lineEnd(at: position) != nil
      else {
        throw CellError(
          message: "text follows the quote that ends the cell", offset: position,
          help: "write each quote inside the cell twice")
      }
      return RowCell(start: start, end: position, isQuoted: true)
    }
    throw CellError(message: "the quote is not closed", offset: start)
  }

  private func checkLength(ofRowAt row: Int, quote: Int?) throws(CellError) {
    guard position - row > RecordFormats.recordLimit else { return }
    throw CellError(
      message: "the row is longer than 1 MiB", offset: quote ?? row,
      help: quote == nil ? nil : "is the quote not closed?")
  }
}

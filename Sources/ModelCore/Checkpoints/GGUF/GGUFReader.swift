import Foundation

/// Reads the numbers and texts of a GGUF header one after another. All numbers are little-endian.
///
/// A stated length is compared with the bytes that are left before anything is made of it.
struct GGUFReader {
  let bytes: Data
  /// The name of the bytes in errors.
  let file: String
  /// The number of bytes that were read.
  private(set) var position = 0

  init(_ bytes: Data, at position: Int = 0, file: String) {
    self.bytes = bytes
    self.position = position
    self.file = file
  }

  private var remaining: Int { bytes.count - position }

  /// - Parameter subject: the thing in which an error is: `key 'x'`.
  func error(_ subject: String, expected: String, found: String) -> ModelFileError {
    ModelFileError(file, .malformed("\(subject): expected \(expected), found \(found)"))
  }

  /// Passes over bytes that are there.
  mutating func skip(_ count: Int, of subject: @autoclosure () -> String) throws(ModelFileError) {
    guard count >= 0, count <= remaining else {
      throw error(
        subject(), expected: "\(count) bytes at byte \(position)",
        found: "the end of the file at byte \(bytes.count)")
    }
    position += count
  }

  mutating func integer<Number: FixedWidthInteger & UnsignedInteger>(
    _: Number.Type, of subject: @autoclosure () -> String
  ) throws(ModelFileError) -> Number {
    let start = position
    try skip(MemoryLayout<Number>.size, of: subject())
    let span = bytes.span
    return (start..<position).reversed().reduce(0) { $0 << 8 | Number(span[$1]) }
  }

  /// Reads a number of items that take at least `size` bytes each.
  mutating func count(
    of items: String, size: Int, most: Int = .max, in subject: @autoclosure () -> String
  ) throws(ModelFileError) -> Int {
    let stated = try integer(UInt64.self, of: subject())
    let limit = min(most, remaining / size)
    guard stated <= UInt64(limit) else {
      throw error(subject(), expected: "at most \(limit) \(items)", found: "\(stated)")
    }
    return Int(stated)
  }

  /// Passes over a text, and returns the place of its bytes.
  mutating func text(
    of subject: @autoclosure () -> String, most: Int = .max
  ) throws(ModelFileError) -> Range<Int> {
    let length = try count(of: "bytes of text", size: 1, most: most, in: subject())
    let start = position
    position += length
    return start..<position
  }

  /// - Precondition: the range is one that `text` returned.
  func text(_ range: Range<Int>, of subject: @autoclosure () -> String) throws(ModelFileError)
    -> String
  {
    let start = bytes.startIndex
    let part = bytes[(start + range.lowerBound)..<(start + range.upperBound)]
    guard let text = String(validating: part, as: UTF8.self) else {
      throw error(subject(), expected: "a text in UTF-8", found: "other bytes")
    }
    return text
  }

  /// Reads a name. Names are shown in messages of one line, so they have no control characters.
  mutating func name(
    of subject: @autoclosure () -> String, most: Int
  ) throws(ModelFileError) -> String {
    let range = try text(of: subject(), most: most)
    let name = try text(range, of: subject())
    guard !name.isEmpty, name.unicodeScalars.allSatisfy({ $0.properties.isPrintable }) else {
      throw error(subject(), expected: "a name", found: "control characters or nothing")
    }
    return name
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isPrintable: Bool {
    switch generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      false
    default: true
    }
  }
}

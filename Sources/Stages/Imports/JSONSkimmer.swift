import Fields
import Foundation

/// Finds where the values of a JSON text lie, without making them: a log may hold gigabytes of
/// events of which nothing is read. Nesting costs no stack, however deep it is.
///
/// It checks only what it needs to find the ends of values; a value that is read later is checked
/// then.
struct JSONSkimmer {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int

  /// - Parameter range: the part of the bytes to look at.
  init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next byte that is not white space; nil at the end.
  mutating func peek() -> UInt8? {
    while position < end {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return byte }
      position += 1
    }
    return nil
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Goes through the members of an object, whose brace comes next.
  /// - Parameter visit: receives a member's name and the place of its value, which it moves past.
  mutating func members(
    _ visit: (inout JSONSkimmer, _ name: String, _ place: Int) throws(JSONTextError) -> Void
  ) throws(JSONTextError) {
    guard take("{") else { throw error("an object is missing") }
    if take("}") { return }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw error("a name is missing") }
      let start = position
      try skipString()
      let name = Self.name(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      guard take(":") else { throw error("a colon is missing") }
      guard peek() != nil else { throw error("a value is missing") }
      try visit(&self, name, start)
    } while take(",")
    guard take("}") else { throw error("an object is not closed") }
  }

  /// Goes through the elements of a list, whose bracket comes next.
  mutating func elements(
    _ visit: (inout JSONSkimmer) throws(JSONTextError) -> Void
  ) throws(JSONTextError) {
    guard take("[") else { throw error("a list is missing") }
    if take("]") { return }
    repeat {
      guard peek() != nil else { throw error("a list is not closed") }
      try visit(&self)
    } while take(",")
    guard take("]") else { throw error("a list is not closed") }
  }

  /// Moves past one value.
  /// - Returns: the place of the value.
  mutating func skipValue() throws(JSONTextError) -> Range<Int> {
    guard let first = peek() else { throw error("a value is missing") }
    let start = position
    switch first {
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested()
    default:
      while position < end, !Self.endsWord(bytes[position]) { position += 1 }
      guard position > start else { throw error("a value is missing") }
    }
    return start..<position
  }

  private mutating func skipNested() throws(JSONTextError) {
    var depth = 0
    repeat {
      guard position < end else { throw error("the text ends inside a value") }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        try skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      position += 1
    } while depth > 0
  }

  private mutating func skipString() throws(JSONTextError) {
    position += 1
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    position = end
    throw error("the text ends inside a string")
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  /// A member's name; names that matter here are plain text.
  private static func name(_ quoted: UnsafeRawBufferPointer) -> String {
    (try? JSONText(parsingPython: quoted))?.stringValue
      ?? String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
  }

  private func error(_ reason: String) -> JSONTextError {
    JSONTextError(reason: reason, offset: position)
  }
}

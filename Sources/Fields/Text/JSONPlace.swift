/// The position of a member of a JSON object in the bytes it was read from, for error messages.
package struct JSONPlace: Sendable, Hashable {
  /// The offset of the quote before the member's name; for an element of a list, that of its value.
  package let name: Int
  /// The offset of the first byte of the value.
  package let value: Int

  /// - Parameter path: the names of nested members, and the indices of elements, from 0.
  /// - Returns: nil if there is no such member, or the bytes up to it are not valid JSON.
  package init?(of path: [String], in bytes: some Sequence<UInt8>) {
    var parser = JSONParser(bytes: Array(bytes))
    guard !path.isEmpty, let place = try? parser.place(of: path[...]) else { return nil }
    self = place
  }

  /// The bytes of every element of a list, which is all that follows `start` but white space.
  package static func elements(
    ofListAt start: Int, in bytes: [UInt8]
  ) throws(JSONTextError) -> [Range<Int>] {
    var parser = JSONParser(bytes: bytes)
    parser.position = start
    return try parser.elements()
  }

  fileprivate init(name: Int, value: Int) {
    self.name = name
    self.value = value
  }

  /// The offset at which a scalar of a string begins, or the escape that stands for it.
  /// - Parameter offset: the offset of the string's opening quote.
  package static func offset(
    ofScalar index: Int, inStringAt offset: Int, of bytes: some Sequence<UInt8>
  ) -> Int {
    var parser = JSONParser(bytes: Array(bytes))
    parser.position = offset + 1
    for _ in 0..<index {
      guard let byte = parser.peek(), byte != UInt8(ascii: "\"") else { return parser.position }
      parser.position += 1
      if byte == UInt8(ascii: "\\") {
        guard (try? parser.escaped()) != nil else { return parser.position }
      } else {
        while let next = parser.peek(), next & 0xC0 == 0x80 { parser.position += 1 }
      }
    }
    return parser.position
  }
}

extension JSONParser {
  fileprivate mutating func elements() throws(JSONTextError) -> [Range<Int>] {
    var elements: [Range<Int>] = []
    guard take("[") else { throw error("a list is missing") }
    if !take("]") {
      repeat {
        skipSpace()
        let start = position
        _ = try value(depth: 1)
        elements.append(start..<position)
      } while take(",")
      guard take("]") else { throw error("an array is not closed") }
    }
    skipSpace()
    guard position == bytes.count else { throw error("unexpected text after the value") }
    return elements
  }

  fileprivate mutating func place(of path: ArraySlice<String>) throws(JSONTextError) -> JSONPlace? {
    guard let wanted = path.first else { return nil }
    skipSpace()
    let isObject = peek() == UInt8(ascii: "{")
    guard isObject || peek() == UInt8(ascii: "[") else { return nil }
    position += 1
    var index = 0
    repeat {
      skipSpace()
      let start = position
      let name = isObject ? try string() : String(index)
      if isObject { guard take(":") else { return nil } }
      skipSpace()
      if name == wanted {
        guard path.count > 1 else { return JSONPlace(name: start, value: position) }
        return try place(of: path.dropFirst())
      }
      _ = try value(depth: 0)
      index += 1
    } while take(",")
    return nil
  }
}

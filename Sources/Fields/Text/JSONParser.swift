/// Reads JSON byte by byte; see `JSONText.init(parsing:)`.
struct JSONParser {
  private static let deepest = 64
  let bytes: [UInt8]
  /// True to read what Python writes beyond RFC 8259; see `JSONText.init(parsingPython:)`.
  private let isPython: Bool
  var position = 0

  init(bytes: [UInt8], isPython: Bool = false) {
    self.bytes = bytes
    self.isPython = isPython
  }

  mutating func document() throws(JSONTextError) -> JSONText {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("unexpected text after the value") }
    return value
  }

  mutating func value(depth: Int) throws(JSONTextError) -> JSONText {
    guard depth <= Self.deepest else { throw error("values are nested too deep") }
    skipSpace()
    guard let byte = peek() else { throw error("a value is missing") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 48...57:
      if let constant = constant() { return constant }
      return try number()
    default:
      if let constant = constant() { return constant }
      for (word, value) in [
        ("true", JSONText.bool(true)), ("false", .bool(false)), ("null", .null),
      ]
      where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
      throw error("a value is missing")
    }
  }

  /// Reads one of Python's words for a number that JSON cannot write; nil if there is none here.
  private mutating func constant() -> JSONText? {
    guard isPython else { return nil }
    for (word, value) in [
      ("NaN", Double.nan), ("Infinity", .infinity), ("-Infinity", -.infinity),
    ] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return .double(value)
    }
    return nil
  }

  private mutating func object(_ depth: Int) throws(JSONTextError) -> JSONText {
    position += 1
    var members: [(String, JSONText)] = []
    // By their bytes: names that look the same, such as both spellings of é, are different.
    var names: Set<ExactName> = []
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      let start = position
      guard peek() == UInt8(ascii: "\"") else { throw error("a name is missing") }
      let name = try string()
      guard names.insert(ExactName(text: name)).inserted else {
        throw JSONTextError(reason: "duplicate member '\(name)'", offset: start)
      }
      guard take(":") else { throw error("a colon is missing") }
      members.append((name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("an object is not closed") }
    return .object(members)
  }

  private mutating func array(_ depth: Int) throws(JSONTextError) -> JSONText {
    position += 1
    var elements: [JSONText] = []
    if take("]") { return .array([]) }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("an array is not closed") }
    return .array(elements)
  }

  mutating func string() throws(JSONTextError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("a string is not valid UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += String(try escaped()).utf8
      case 0..<0x20: throw error("control character in a string")
      default: text.append(byte)
      }
    }
    throw error("a string is not closed")
  }

  mutating func escaped() throws(JSONTextError) -> Unicode.Scalar {
    guard let byte = peek() else { throw error("a string is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
        let before = position
        position += 2
        let low = try hexadecimal()
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else if isPython {
          position = before
        } else {
          throw error("unpaired surrogate")
        }
      }
      if let scalar = Unicode.Scalar(code) { return scalar }
      guard isPython else { throw error("unpaired surrogate") }
      return "\u{FFFD}"
    default: throw error("unknown escape sequence")
    }
  }

  private mutating func hexadecimal() throws(JSONTextError) -> UInt32 {
    let end = position + 4
    guard end <= bytes.count,
      bytes[position..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits are needed") }
    position = end
    return code
  }

  private mutating func number() throws(JSONTextError) -> JSONText {
    let start = position
    if peek() == UInt8(ascii: "-") { position += 1 }
    let digits = takeDigits()
    guard digits > 0, digits == 1 || bytes[position - digits] != UInt8(ascii: "0") else {
      throw error("a number is malformed")
    }
    var isInteger = true
    if peek() == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard takeDigits() > 0 else { throw error("a number is malformed") }
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
      guard takeDigits() > 0 else { throw error("a number is malformed") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let number = Int(text), String(number) == text { return .int(number) }
    guard let number = Double(text), number.isFinite else {
      throw JSONTextError(reason: "a number is too large", offset: start)
    }
    return String(number) == text ? .double(number) : .number(text)
  }

  private mutating func takeDigits() -> Int {
    let start = position
    while let byte = peek(), (48...57).contains(byte) { position += 1 }
    return position - start
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func skipSpace() {
    while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ reason: String) -> JSONTextError {
    JSONTextError(reason: reason, offset: position)
  }
}

/// A name that equals only names of the same bytes; strings are equal if they look the same.
private struct ExactName: Hashable {
  let text: String

  static func == (left: ExactName, right: ExactName) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

/// The meaning of a plain scalar in YAML 1.2's core schema (YAML 1.2.2, section 10.3.2). `no` and
/// `12:30` are text, `010` is ten, `1e-6` is a number. A quoted scalar is always text.
package enum CoreScalar: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int)
  /// A whole number that does not fit in 64 bits, as the nearest double.
  case hugeInt(Double)
  /// May be infinite or not a number.
  case float(Double)
  case string(String)

  package init(_ text: String, isPlain: Bool) {
    self = isPlain ? Self.resolve(text) : .string(text)
  }

  private static func resolve(_ text: String) -> CoreScalar {
    // Long texts are not compared, because comparing strings is slow: it tests canonical
    // equivalence.
    guard text.utf8.count <= 5 else { return number(beginning: text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    default: return number(beginning: text)
    }
  }

  /// Tries numbers only for texts that begin with a digit, a sign or a point, because most are
  /// words.
  private static func number(beginning text: String) -> CoreScalar {
    switch text.utf8.first ?? 0 {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      return number(text) ?? .string(text)
    default: return .string(text)
    }
  }

  private static func number(_ text: String) -> CoreScalar? {
    let bytes = Array(text.utf8)
    if bytes.starts(with: "0o".utf8) { return whole(bytes.dropFirst(2), radix: 8) }
    if bytes.starts(with: "0x".utf8) { return whole(bytes.dropFirst(2), radix: 16) }

    let isSigned = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+")
    var rest = bytes[(isSigned ? 1 : 0)...]
    let digits = digits(from: &rest)
    guard !rest.isEmpty else {
      guard digits > 0 else { return nil }
      return Int(text).map(CoreScalar.int) ?? Double(text).map(CoreScalar.hugeInt)
    }
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = Self.digits(from: &rest)
    }
    guard digits + fraction > 0 else { return nil }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      guard Self.digits(from: &rest) > 0 else { return nil }
    }
    guard rest.isEmpty else { return nil }
    return Double(text).map(CoreScalar.float)
  }

  /// Removes the leading decimal digits and returns their number.
  private static func digits(from rest: inout ArraySlice<UInt8>) -> Int {
    let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
    rest.removeFirst(count)
    return count
  }

  private static func whole(_ digits: ArraySlice<UInt8>, radix: Int) -> CoreScalar? {
    let values = digits.compactMap(value(ofDigit:))
    guard !digits.isEmpty, values.count == digits.count, values.allSatisfy({ $0 < radix }) else {
      return nil
    }
    if let number = Int(String(decoding: digits, as: UTF8.self), radix: radix) {
      return .int(number)
    }
    return .hugeInt(values.reduce(0) { $0 * Double(radix) + Double($1) })
  }

  private static func value(ofDigit byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}

/// The printable characters by which byte-level tokenizers write bytes: those of Latin-1 that are
/// printable stand for themselves, the others are numbered from U+0100 on.
///
/// Source: https://github.com/openai/gpt-2/blob/master/src/encoder.py, `bytes_to_unicode`.
enum ByteAlphabet {
  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var other = UInt32(0x100)
    return (UInt8(0)...255).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { other += 1 }
        return Unicode.Scalar(other) ?? "\u{FFFD}"
      }
    }
  }()

  /// The character of each byte in UTF-8.
  static let characters: [[UInt8]] = scalars.map { Array(String($0).utf8) }

  /// The byte of each scalar value below 0x144; nil for one that stands for none.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(byte) }
    return bytes
  }()

  /// Returns the bytes that a token stands for; nil if it has a character that stands for none.
  /// - Parameter token: valid UTF-8.
  static func bytes(of token: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(token.count)
    var place = 0
    while place < token.count {
      let (value, next) = scalarValue(in: token, at: place)
      guard value < 0x144, let byte = bytes[Int(value)] else { return nil }
      result.append(byte)
      place = next
    }
    return result
  }
}

/// The byte of a token `<0x0A>`. Bytes beside each other that are not valid UTF-8 together become
/// U+FFFD, one for each of them.
struct ByteFallbackDecoder: TokenDecoder {
  static let type = "ByteFallback"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func decode(_ tokens: [[UInt8]], _ budget: inout TextBudget) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var pending: [UInt8] = []
    func flush() {
      guard !pending.isEmpty else { return }
      if String(validating: pending, as: UTF8.self) != nil {
        result.append(pending)
      } else {
        result += pending.map { _ in Array("\u{FFFD}".utf8) }
      }
      pending = []
    }
    result.reserveCapacity(tokens.count)
    for token in tokens {
      if let byte = Self.byte(of: token) {
        pending.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    Self.byte(of: token).map { [$0] } ?? token
  }

  var isLocal: Bool { false }

  private static func byte(of token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }
}

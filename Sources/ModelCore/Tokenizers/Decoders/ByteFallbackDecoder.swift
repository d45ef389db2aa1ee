/// The byte of a token `<0x0A>`. Bytes beside each other that are not valid UTF-8 together become
/// U+FFFD, one for each of them.
struct ByteFallbackDecoder: TokenDecoder {
  static let type = "ByteFallback"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget) {
    guard tokens.indices.contains(where: { Self.byte(of: tokens[$0]) != nil }) else { return }
    var result = TextPieces(roomFor: tokens.count, bytes: tokens.bytes.count)
    var pending: [UInt8] = []
    func flush() {
      guard !pending.isEmpty else { return }
      if String(validating: pending, as: UTF8.self) != nil {
        result.append(pending)
      } else {
        for _ in pending { result.append(Array("\u{FFFD}".utf8)) }
      }
      pending = []
    }
    for index in tokens.indices {
      let token = tokens[index]
      if let byte = Self.byte(of: token) {
        pending.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    tokens = result
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    Self.byte(of: token[...]).map { [$0] } ?? token
  }

  var isLocal: Bool { false }

  /// Returns the token `<0x0A>` of a byte.
  static func token(of byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.utf8.count < 2 ? "0" : "")\(digits)>"
  }

  private static func byte(of token: ArraySlice<UInt8>) -> UInt8? {
    guard token.count == 6, token.first == UInt8(ascii: "<"), token.starts(with: "<0x".utf8),
      token.last == UInt8(ascii: ">")
    else { return nil }
    return UInt8(String(decoding: token.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
  }
}

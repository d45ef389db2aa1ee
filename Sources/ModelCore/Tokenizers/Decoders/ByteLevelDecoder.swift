/// The bytes that a token's characters stand for; a token with other characters stands for itself.
struct ByteLevelDecoder: TokenDecoder {
  static let type = "ByteLevel"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func decode(_ tokens: [[UInt8]], _ budget: inout TextBudget) -> [[UInt8]] {
    [repaired(tokens.flatMap { bytes(of: $0, &budget) })]
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    ByteAlphabet.bytes(of: token) ?? token
  }

  var isLocal: Bool { true }
}

/// The bytes that a token's characters stand for; a token with other characters stands for itself.
struct ByteLevelDecoder: TokenDecoder {
  static let type = "ByteLevel"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget) {
    var text: [UInt8] = []
    text.reserveCapacity(tokens.bytes.count)
    for index in tokens.indices { text += bytes(of: Array(tokens[index]), &budget) }
    tokens = TextPieces()
    tokens.append(repaired(text))
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    ByteAlphabet.bytes(of: token) ?? token
  }

  var isLocal: Bool { true }
}

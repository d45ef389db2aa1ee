/// All tokens as one.
struct FuseDecoder: TokenDecoder {
  static let type = "Fuse"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget) { tokens.fuse() }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] { token }

  var isLocal: Bool { true }
}

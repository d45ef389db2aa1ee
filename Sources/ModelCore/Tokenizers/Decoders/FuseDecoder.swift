/// All tokens as one.
struct FuseDecoder: TokenDecoder {
  static let type = "Fuse"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func decode(_ tokens: [[UInt8]], _ budget: inout TextBudget) -> [[UInt8]] {
    [concatenated(tokens)]
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] { token }

  var isLocal: Bool { true }
}

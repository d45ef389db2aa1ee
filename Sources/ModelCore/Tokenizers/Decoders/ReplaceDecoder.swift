/// Puts a fixed text in place of every match of a pattern in a token.
struct ReplaceDecoder: TokenDecoder {
  static let type = "Replace"
  private let replacement: PatternReplacement

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = try PatternReplacement(part)
  }

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { tokens.map(bytes(of:)) }

  func bytes(of token: [UInt8]) -> [UInt8] { (try? replacement.applied(to: token)) ?? token }

  var isLocal: Bool { true }
}

/// Puts a fixed text in place of every match of a pattern in a token.
struct ReplaceDecoder: TokenDecoder {
  static let type = "Replace"
  private let replacement: PatternReplacement

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = try PatternReplacement(part)
  }

  /// A part of a character, as the bytes of one token may be, has no match of an expression.
  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    guard replacement.isLiteral || String(validating: token, as: UTF8.self) != nil else {
      return token
    }
    return (try? replacement.applied(to: token, &budget)) ?? token
  }

  var isLocal: Bool { true }
  var isOfEachToken: Bool { true }
}

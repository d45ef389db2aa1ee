/// Puts a fixed text in place of every match of a pattern.
struct ReplaceNormalizer: Normalizer {
  static let type = "Replace"
  private let replacement: PatternReplacement

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = try PatternReplacement(part)
  }

  func normalize(_ bytes: [UInt8]) throws(TokenizerError) -> [UInt8] {
    try replacement.applied(to: bytes)
  }
}

/// A pattern, and the text that takes the place of its matches.
struct PatternReplacement: Sendable {
  let pattern: TextPattern
  let content: [UInt8]

  init(_ part: TokenizerPart) throws(ModelFileError) {
    pattern = try part.pattern()
    content = Array(try part.string("content").utf8)
  }

  func applied(to bytes: [UInt8]) throws(TokenizerError) -> [UInt8] {
    var spans: [TextSpan] = []
    try pattern.divide(bytes, 0..<bytes.count, into: &spans)
    guard spans.contains(where: \.isMatch) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for span in spans { result += span.isMatch ? content[...] : bytes[span.start..<span.end] }
    return result
  }
}

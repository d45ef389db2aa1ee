/// Puts a fixed text in place of every match of a pattern.
struct ReplaceNormalizer: Normalizer {
  static let type = "Replace"
  private let replacement: PatternReplacement

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = try PatternReplacement(part)
  }

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) throws(TokenizerError) -> [UInt8] {
    try replacement.applied(to: bytes, &budget)
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

  /// True if the pattern is a fixed text.
  var isLiteral: Bool { if case .literal = pattern { true } else { false } }

  /// Returns a text with its matches replaced. Nothing matches in an empty text.
  func applied(to bytes: [UInt8], _ budget: inout TextBudget) throws(TokenizerError) -> [UInt8] {
    guard !bytes.isEmpty else { return bytes }
    if case .literal(let text) = pattern { return try replacing(text, in: bytes, budget) }
    var spans: [TextSpan] = []
    try pattern.divide(bytes, 0..<bytes.count, into: &spans, &budget)
    guard spans.contains(where: \.isMatch) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for span in spans {
      guard result.count <= budget.mostBytes else { throw .textTooLong }
      result += span.isMatch ? content[...] : bytes[span.start..<span.end]
    }
    return result
  }

  private func replacing(_ text: [UInt8], in bytes: [UInt8], _ budget: TextBudget)
    throws(TokenizerError) -> [UInt8]
  {
    guard let first = text.first, bytes.contains(first) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 2)
    var place = 0
    next: while place < bytes.count {
      guard result.count <= budget.mostBytes else { throw .textTooLong }
      let byte = bytes[place]
      guard byte == first, bytes.count - place >= text.count else {
        result.append(byte)
        place += 1
        continue
      }
      for index in text.indices where bytes[place + index] != text[index] {
        result.append(byte)
        place += 1
        continue next
      }
      result += content
      place += text.count
    }
    return result
  }
}

/// Spaces for the visible character; the first token has none where encoding put one before it.
struct MetaspaceDecoder: TokenDecoder {
  static let type = "Metaspace"
  private let replacement: [UInt8]
  private let scheme: MetaspaceScheme

  init(_ part: TokenizerPart) throws(ModelFileError) {
    replacement = Array(String(try part.scalar("replacement")).utf8)
    scheme = try MetaspaceScheme(part)
  }

  func decode(_ tokens: [[UInt8]], _ budget: inout TextBudget) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      text(of: token, space: index == 0 && scheme != .never ? [] : [UInt8(ascii: " ")])
    }
  }

  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    text(of: token, space: [UInt8(ascii: " ")])
  }

  var isLocal: Bool { false }

  private func text(of token: [UInt8], space: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = token[...]
    while let first = rest.first {
      if rest.starts(with: replacement) {
        result += space
        rest = rest.dropFirst(replacement.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}

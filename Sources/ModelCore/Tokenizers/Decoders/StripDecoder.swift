/// Takes a character off the ends of each text, at most some times.
struct StripDecoder: TokenDecoder {
  static let type = "Strip"
  private let content: [UInt8]
  private let start: Int
  private let stop: Int

  init(_ part: TokenizerPart) throws(ModelFileError) {
    content = Array(String(try part.scalar("content")).utf8)
    start = try part.count("start")
    stop = try part.count("stop")
  }

  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget) {
    var result = TextPieces(roomFor: tokens.count, bytes: tokens.bytes.count)
    for index in tokens.indices {
      var rest = tokens[index]
      for _ in 0..<start {
        guard rest.starts(with: content) else { break }
        rest = rest.dropFirst(content.count)
      }
      for _ in 0..<stop {
        guard rest.suffix(content.count).elementsEqual(content) else { break }
        rest = rest.dropLast(content.count)
      }
      result.append(rest)
    }
    tokens = result
  }

  /// Only the ends of a text lose characters, and a token does not know where they are.
  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] { token }

  var isLocal: Bool { false }
}

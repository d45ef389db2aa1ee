/// The words of GPT-2, and a printable character for each byte of them.
struct ByteLevelPreTokenizer: PreTokenizer {
  static let type = "ByteLevel"
  private let addsPrefixSpace: Bool
  private let dividesWords: Bool
  private var writesCharacters = true

  init(_ part: TokenizerPart) throws(ModelFileError) {
    addsPrefixSpace = try part.flag("add_prefix_space")
    dividesWords = try part.flag("use_regex", default: true)
  }

  var keepingBytes: (any PreTokenizer)? {
    var copy = self
    copy.writesCharacters = false
    return copy
  }

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    let space = UInt8(ascii: " ")
    if addsPrefixSpace,
      text.pieces.contains(where: { $0.token == nil && text.bytes[$0.range.lowerBound] != space })
    {
      try text.rewrite { piece, bytes, result in
        if bytes[piece.range.lowerBound] != space { result.append(space) }
        result += bytes[piece.range]
      }
    }
    if dividesWords { try text.split(by: .words(.gpt2), .isolated) }
    if writesCharacters {
      try text.rewrite { piece, bytes, result in
        for byte in bytes[piece.range] { result += ByteAlphabet.characters[Int(byte)] }
      }
    }
  }
}

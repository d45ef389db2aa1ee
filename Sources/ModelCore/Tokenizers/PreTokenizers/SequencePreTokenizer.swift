/// Some divisions, one after another.
struct SequencePreTokenizer: PreTokenizer {
  static let type = "Sequence"
  private var parts: [any PreTokenizer]

  init(_ part: TokenizerPart) throws(ModelFileError) {
    var parts: [any PreTokenizer] = []
    for part in try part.list("pretokenizers") { parts.append(try PreTokenizers.read(part)) }
    self.parts = parts
  }

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    for part in parts { try part.divide(&text) }
  }

  var keepingBytes: (any PreTokenizer)? {
    guard let last = parts.last?.keepingBytes else { return nil }
    var copy = self
    copy.parts[copy.parts.count - 1] = last
    return copy
  }
}

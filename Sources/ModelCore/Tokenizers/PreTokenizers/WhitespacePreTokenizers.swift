/// Words and runs of symbols; the white space between them is left out.
struct WhitespacePreTokenizer: PreTokenizer {
  static let type = "Whitespace"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    try text.split(by: .wordsAndSymbols, .removed, inverted: true)
  }
}

/// Divides at white space, which is left out.
struct WhitespaceSplitPreTokenizer: PreTokenizer {
  static let type = "WhitespaceSplit"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    try text.split(by: .characters(.whitespace), .removed)
  }
}

/// Divides at characters of punctuation.
struct PunctuationPreTokenizer: PreTokenizer {
  static let type = "Punctuation"
  private let behavior: SplitBehavior

  init(_ part: TokenizerPart) throws(ModelFileError) {
    behavior = part.part("behavior") == nil ? .isolated : try part.choice("behavior")
  }

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    try text.split(by: .characters(.punctuation), behavior)
  }
}

/// Divides at the matches of a pattern.
struct SplitPreTokenizer: PreTokenizer {
  static let type = "Split"
  private let pattern: TextPattern
  private let behavior: SplitBehavior
  private let isInverted: Bool

  init(_ part: TokenizerPart) throws(ModelFileError) {
    pattern = try part.pattern()
    behavior = try part.choice("behavior")
    isInverted = try part.flag("invert")
  }

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    try text.split(by: pattern, behavior, inverted: isInverted)
  }
}

/// Divides numbers from other text, or every digit from the next.
struct DigitsPreTokenizer: PreTokenizer {
  static let type = "Digits"
  private let areAlone: Bool

  init(_ part: TokenizerPart) throws(ModelFileError) {
    areAlone = try part.flag("individual_digits")
  }

  func divide(_ text: inout PreTokenizedText) throws(TokenizerError) {
    try text.split(by: .characters(.numeric), areAlone ? .isolated : .contiguous)
  }
}

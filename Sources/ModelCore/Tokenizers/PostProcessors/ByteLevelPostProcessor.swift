/// Changes the offsets of tokens in their text, which are not kept here, and no tokens.
struct ByteLevelPostProcessor: PostProcessor {
  static let type = "ByteLevel"

  init(_ part: TokenizerPart) throws(ModelFileError) {}

  func process(_ ids: [Int32], addsSpecial: Bool) -> [Int32] { ids }
}

/// Puts a fixed text before every text that is not empty.
struct PrependNormalizer: Normalizer {
  static let type = "Prepend"
  private let text: [UInt8]

  init(_ part: TokenizerPart) throws(ModelFileError) {
    text = Array(try part.string("prepend").utf8)
  }

  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    bytes.isEmpty ? bytes : text + bytes
  }
}

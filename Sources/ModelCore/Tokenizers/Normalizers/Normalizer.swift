/// A change of a text before it is divided: UTF-8 to UTF-8.
protocol Normalizer: Sendable {
  /// The `type` in `tokenizer.json`.
  static var type: String { get }
  init(_ part: TokenizerPart) throws(ModelFileError)
  func normalize(_ bytes: [UInt8], _ budget: inout TextBudget) throws(TokenizerError) -> [UInt8]
}

enum Normalizers {
  static let all: [any Normalizer.Type] = [
    NFCNormalizer.self, NFDNormalizer.self, NFKCNormalizer.self, NFKDNormalizer.self,
    ReplaceNormalizer.self, PrependNormalizer.self, LowercaseNormalizer.self,
    StripNormalizer.self, SequenceNormalizer.self,
  ]

  static func read(_ part: TokenizerPart) throws(ModelFileError) -> any Normalizer {
    try part.entry(of: all, kind: "normalizer") { $0.type }.init(part)
  }
}

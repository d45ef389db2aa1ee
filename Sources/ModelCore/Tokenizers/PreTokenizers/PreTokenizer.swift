/// A division of a text into the pieces that become tokens each by itself.
protocol PreTokenizer: Sendable {
  /// The `type` in `tokenizer.json`.
  static var type: String { get }
  init(_ part: TokenizerPart) throws(ModelFileError)
  func divide(_ text: inout PreTokenizedText) throws(TokenizerError)
  /// The same division without the characters that stand for bytes at its end, for a model that
  /// reads the bytes themselves; nil if there are none.
  var keepingBytes: (any PreTokenizer)? { get }
}

extension PreTokenizer {
  var keepingBytes: (any PreTokenizer)? { nil }
}

enum PreTokenizers {
  static let all: [any PreTokenizer.Type] = [
    SequencePreTokenizer.self, SplitPreTokenizer.self, ByteLevelPreTokenizer.self,
    DigitsPreTokenizer.self, MetaspacePreTokenizer.self, PunctuationPreTokenizer.self,
    WhitespacePreTokenizer.self, WhitespaceSplitPreTokenizer.self,
  ]

  static func read(_ part: TokenizerPart) throws(ModelFileError) -> any PreTokenizer {
    try part.entry(of: all, kind: "pre_tokenizer") { $0.type }.init(part)
  }
}

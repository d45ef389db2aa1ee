/// Puts special tokens around those of a text.
protocol PostProcessor: Sendable {
  /// The `type` in `tokenizer.json`.
  static var type: String { get }
  init(_ part: TokenizerPart) throws(ModelFileError)
  /// - Parameter addsSpecial: false if no special tokens are to be put around a text.
  func process(_ ids: [Int32], addsSpecial: Bool) -> [Int32]
}

enum PostProcessors {
  static let all: [any PostProcessor.Type] = [
    TemplatePostProcessor.self, ByteLevelPostProcessor.self, SequencePostProcessor.self,
  ]

  static func read(_ part: TokenizerPart) throws(ModelFileError) -> any PostProcessor {
    try part.entry(of: all, kind: "post_processor") { $0.type }.init(part)
  }
}

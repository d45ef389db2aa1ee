/// The part of a tokenizer that makes ids of pieces of text.
protocol TokenModel: Sendable {
  /// The `type` in `tokenizer.json`.
  static var type: String { get }
  /// - Parameter readsBytes: true if pieces are plain UTF-8, where tokens are written with a
  ///   character for each byte.
  init(_ part: TokenizerPart, readsBytes: Bool) throws(ModelFileError)
  var vocabulary: TokenVocabulary { get }
  /// Appends the ids of every piece of a text.
  func encode(_ text: PreTokenizedText, into ids: inout [Int32]) throws(TokenizerError)
}

enum TokenModels {
  static let all: [any TokenModel.Type] = [BPEModel.self]

  static func read(
    _ part: TokenizerPart, readsBytes: Bool
  ) throws(ModelFileError) -> any TokenModel {
    // Models of whole words are a tokenizer of their own.
    try part.entry(of: all, kind: "model", besides: ["WordLevel"]) { $0.type }.init(
      part, readsBytes: readsBytes)
  }
}

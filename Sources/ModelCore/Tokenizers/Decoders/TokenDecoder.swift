/// A way from tokens back to text: UTF-8 of some tokens to UTF-8 of some texts.
protocol TokenDecoder: Sendable {
  /// The `type` in `tokenizer.json`.
  static var type: String { get }
  init(_ part: TokenizerPart) throws(ModelFileError)
  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget)
  /// Returns the bytes that a token stands for behind others.
  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8]
  /// Returns the bytes that a token stands for at the beginning of a text.
  func firstBytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8]
  /// True if a text is the bytes of its tokens, one after another, whatever is before and after.
  var isLocal: Bool { get }
  /// True if it decodes each token by itself, as `bytes(of:)` and `firstBytes(of:)` do.
  var isOfEachToken: Bool { get }
  /// True if the first token may stand for other bytes than it would behind others.
  var seesFirst: Bool { get }
}

extension TokenDecoder {
  var isOfEachToken: Bool { false }
  var seesFirst: Bool { false }

  func firstBytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8] {
    bytes(of: token, &budget)
  }

  /// Decodes each token by itself.
  func decode(_ tokens: inout TextPieces, _ budget: inout TextBudget) {
    var result = TextPieces(roomFor: tokens.count, bytes: tokens.bytes.count)
    for index in tokens.indices {
      let token = Array(tokens[index])
      result.append(index == 0 ? firstBytes(of: token, &budget) : bytes(of: token, &budget))
    }
    tokens = result
  }
}

enum TokenDecoders {
  static let all: [any TokenDecoder.Type] = [
    ByteLevelDecoder.self, ReplaceDecoder.self, ByteFallbackDecoder.self, FuseDecoder.self,
    StripDecoder.self, MetaspaceDecoder.self, SequenceDecoder.self,
  ]

  static func read(_ part: TokenizerPart) throws(ModelFileError) -> any TokenDecoder {
    try part.entry(of: all, kind: "decoder") { $0.type }.init(part)
  }
}

/// Returns UTF-8 without what is invalid in it: U+FFFD stands there.
func repaired(_ bytes: [UInt8]) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }

/// A way from tokens back to text: UTF-8 of some tokens to UTF-8 of some texts.
protocol TokenDecoder: Sendable {
  /// The `type` in `tokenizer.json`.
  static var type: String { get }
  init(_ part: TokenizerPart) throws(ModelFileError)
  func decode(_ tokens: [[UInt8]], _ budget: inout TextBudget) -> [[UInt8]]
  /// Returns the bytes that a token stands for wherever it is.
  func bytes(of token: [UInt8], _ budget: inout TextBudget) -> [UInt8]
  /// True if a text is the bytes of its tokens, one after another, whatever is before and after.
  var isLocal: Bool { get }
  /// True if it decodes each token by itself, as `bytes(of:)` does.
  var isOfEachToken: Bool { get }
}

extension TokenDecoder {
  var isOfEachToken: Bool { false }
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

/// Returns some bytes as one. Joined sequences would be copied byte by byte.
func concatenated(_ parts: [[UInt8]]) -> [UInt8] {
  if parts.count == 1 { return parts[0] }
  var result: [UInt8] = []
  result.reserveCapacity(parts.reduce(0) { $0 + $1.count })
  for part in parts { result += part }
  return result
}

/// Returns UTF-8 without what is invalid in it: U+FFFD stands there.
func repaired(_ bytes: [UInt8]) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }

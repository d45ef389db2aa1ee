package import Fields
package import Foundation

/// The bytes of UTF-8 as tokens, with one more id that ends a text: for text that goes to a model
/// whose tokenizer is not known here.
package struct ByteTokenizer: Tokenizer, Hashable {
  private static let end: Int32 = 256

  package init() {}

  package var vocabularySize: Int { 257 }
  package var endToken: Int32? { Self.end }
  package var padToken: Int32? { nil }
  package var specialTokens: Set<Int32> { [Self.end] }
  package var fingerprint: FieldValue { .map(["type": .string("bytes")]) }

  /// A byte that is no character by itself is shown by its number, as SentencePiece shows it.
  package func token(_ id: Int32) -> String? {
    guard let byte = UInt8(exactly: id) else { return id == Self.end ? "" : nil }
    return byte < 0x80 ? String(UnicodeScalar(byte)) : ByteFallbackDecoder.token(of: byte)
  }

  package func id(of token: String) -> Int32? {
    let bytes = Array(token.utf8)
    return bytes.count == 1 ? Int32(bytes[0]) : nil
  }

  package func bytes(of id: Int32) -> [UInt8] {
    UInt8(exactly: id).map { [$0] } ?? (id == Self.end ? [] : Array("\u{FFFD}".utf8))
  }

  package func encode(
    _ text: String, addSpecial: Bool, parseSpecial: Bool
  ) throws(TokenizerError) -> [Int32] {
    text.utf8.map { Int32($0) }
  }

  package func decode(_ ids: some Sequence<Int32>) -> String {
    String(decoding: ids.flatMap(bytes), as: UTF8.self)
  }

  /// A tokenizer of bytes has no file; no checkpoint is written with it.
  package func encoded() -> Data { Data() }
}

import Foundation
import ModelCore
import Testing

@Suite struct `Decoders one after another` {
  private static let decoders = [
    #"{"type":"ByteFallback"}"#, #"{"type":"ByteLevel"}"#, #"{"type":"Fuse"}"#,
    #"{"type":"Replace","pattern":{"Regex":"^|[^a]*a?|\\p{L}$"},"content":"é"}"#,
    #"{"type":"Replace","pattern":{"Regex":"\\p{N}{1,3}?|x+"},"content":""}"#,
    #"{"type":"Replace","pattern":{"String":"▁"},"content":" "}"#,
    #"{"type":"Strip","content":" ","start":1,"stop":1}"#,
    #"{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}"#,
  ]

  /// The 256 tokens of bytes, and the characters by which byte-level tokens are written.
  private static func tokenizer(_ one: String, _ other: String) throws -> any Tokenizer {
    let bytes = (0..<256).map { byte in
      (byte < 16 ? "<0x0" : "<0x") + String(byte, radix: 16, uppercase: true) + ">"
    }
    let characters = (0x21...0x143).compactMap { UnicodeScalar($0).map { String($0) } }
    let ids = Dictionary(uniqueKeysWithValues: zip(bytes + characters, 0...))
    return try TokenizerFile.read(
      SubwordTokenizerTests.file(
        vocabulary: String(decoding: try JSONEncoder().encode(ids), as: UTF8.self), merges: "[]",
        others: #","decoder":{"type":"Sequence","decoders":[\#(one),\#(other)]}"#))
  }

  @Test(arguments: decoders, decoders)
  func `read every token of a byte, which may be a part of a character`(
    one: String, other: String
  ) throws {
    let tokenizer = try Self.tokenizer(one, other)
    for id in 0..<Int32(tokenizer.vocabularySize) {
      #expect(tokenizer.bytes(of: id).count < 100)
      #expect(tokenizer.decode([id, id, 0xE4]).utf8.count < 300)
    }
  }

  @Test func `leave a part of a character as it is`() throws {
    let tokenizer = try Self.tokenizer(Self.decoders[0], Self.decoders[4])
    #expect(tokenizer.bytes(of: 0xE4) == [0xE4] && tokenizer.bytes(of: 0x80) == [0x80])
    #expect(tokenizer.bytes(of: 0x37) == [] && tokenizer.bytes(of: 0x61) == [0x61])
  }
}

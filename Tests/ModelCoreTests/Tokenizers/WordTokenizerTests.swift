import Foundation
import ModelCore
import Testing

@Suite struct WordTokenizerTests {
  static func sample() throws -> WordTokenizer {
    try WordTokenizer(
      vocabulary: ["<pad>", "<eos>", "<t>", "</t>", "a", "b", "<", "t", ">", "é"], end: "<eos>",
      pad: "<pad>")
  }

  @Test func `the longest token that fits is taken`() throws {
    let tokenizer = try Self.sample()
    #expect(try tokenizer.encode("<t>ab<</t>b<eos>") == [2, 4, 5, 6, 3, 5, 1])
    #expect(try tokenizer.encode("<t<t>") == [6, 7, 2])
    #expect(try tokenizer.encode("") == [])
    #expect(tokenizer.decode([2, 4, 5, 6, 3, 5, 1]) == "<t>ab<</t>b<eos>")
    #expect(tokenizer.id(of: "</t>") == 3)
    #expect(tokenizer.endToken == 1)
    #expect(tokenizer.padToken == 0)
  }

  @Test func `a text without tokens says where`() throws {
    let tokenizer = try Self.sample()
    let error = #expect(throws: TokenizerError.self) { try tokenizer.encode("abxyz") }
    #expect(error == .noToken(at: 2, rest: "xyz"))
  }

  @Test func `ids are told from text, and decode whatever they are`() throws {
    let tokenizer: any Tokenizer = try Self.sample()
    #expect(tokenizer.vocabularySize == 10)
    #expect(tokenizer.token(9) == "é" && tokenizer.token(10) == nil && tokenizer.token(-1) == nil)
    #expect(tokenizer.specialTokens == [0, 1, 2, 3])
    #expect(tokenizer.decode([4, 10, 1, -1]) == "a\u{FFFD}<eos>\u{FFFD}")
  }

  @Test func `a fingerprint is that of what texts become`() throws {
    let words = ["<eos>", "a", "b"]
    let prints = try [words, ["<eos>", "b", "a"], words + ["c"]].map {
      try WordTokenizer(vocabulary: $0, end: "<eos>").fingerprint
    }
    #expect(Set(prints).count == 3)
    #expect(try WordTokenizer(vocabulary: words).fingerprint == prints[0])
  }

  @Test func `a vocabulary that cannot work is refused`() {
    #expect(throws: WordTokenizerError.repeatedToken("n")) {
      try WordTokenizer(vocabulary: ["n", "m", "n"])
    }
    #expect(throws: WordTokenizerError.emptyToken(id: 1)) {
      try WordTokenizer(vocabulary: ["n", ""])
    }
    #expect(throws: WordTokenizerError.unknownToken("<eos>")) {
      try WordTokenizer(vocabulary: ["n"], end: "<eos>")
    }
  }

  @Test func `the file reads back to the same tokenizer`() throws {
    let tokenizer = try Self.sample()
    let bytes = tokenizer.encoded()
    let read = try WordTokenizer(
      decoding: bytes, file: "tokenizer.json", endToken: 1, padToken: 0)
    #expect(read == tokenizer)
    #expect(read.encoded() == bytes)
  }

  /// The bytes are part of digests, so the format is fixed to the last space.
  @Test func `the file is the one huggingface tokenizers reads`() throws {
    let tokenizer = try WordTokenizer(vocabulary: ["<e>", "\""], end: "<e>")
    let expected = """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [
          {
            "id": 0,
            "content": "<e>",
            "single_word": false,
            "lstrip": false,
            "rstrip": false,
            "normalized": false,
            "special": true
          }
        ],
        "normalizer": null,
        "pre_tokenizer": {
          "type": "Split",
          "pattern": {
            "Regex": "[\\\\s\\\\S]"
          },
          "behavior": "Isolated",
          "invert": false
        },
        "post_processor": null,
        "decoder": {
          "type": "Fuse"
        },
        "model": {
          "type": "WordLevel",
          "vocab": {
            "<e>": 0,
            "\\"": 1
          },
          "unk_token": "<unk>"
        }
      }

      """
    #expect(String(decoding: tokenizer.encoded(), as: UTF8.self) == expected)
  }

  @Test(arguments: [
    #"{"model":{"type":"BPE","vocab":{},"merges":[]}}"#,
    #"{"model":{"type":"WordLevel","vocab":{"a":0,"b":2}}}"#,
    #"{"model":{"type":"WordLevel","vocab":{"a":0,"b":0}}}"#,
    #"{"model":{"type":"WordLevel","vocab":{"a":-1}}}"#,
    #"{"model":{"type":"WordLevel","vocab":{"":0}}}"#,
    #"{"model":{"type":"WordLevel"}}"#, "{}", "nonsense", "",
  ])
  func `a file that is no word tokenizer is an error`(text: String) {
    #expect(throws: ModelFileError.self) {
      try WordTokenizer(decoding: Data(text.utf8), file: "tokenizer.json")
    }
  }

  @Test func `an end token outside the vocabulary is an error`() throws {
    let bytes = try Self.sample().encoded()
    #expect(throws: ModelFileError.self) {
      try WordTokenizer(decoding: bytes, file: "tokenizer.json", endToken: 10)
    }
  }
}

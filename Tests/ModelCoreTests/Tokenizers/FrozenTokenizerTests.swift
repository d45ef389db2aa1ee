import Fields
import Foundation
import ModelCore
import Testing

/// Small tokenizers of the shapes of GPT-2, SmolLM2, Llama, Qwen, Gemma and others, which
/// Reference/freeze_tokenizers.py trained and froze with what `tokenizers` makes of some lines.
struct FrozenTokenizerTests {
  static let shapes = [
    "gpt2", "smollm2", "llama3", "qwen2", "qwen35", "o200k", "deepseek", "gemma", "llama2",
    "metaspace_always", "metaspace_first", "metaspace_never", "whitespace", "whitespace_split",
    "punctuation", "split_next", "split_inverted", "prefix_space",
  ]

  /// A line, and what `tokenizers` makes of it.
  private struct Case {
    let line: String
    let ids: [Int32]
    /// Ids with special tokens as text.
    let plain: [Int32]
    /// Ids with special tokens around them, their text, and that without special tokens.
    let added: [Int32]
    let text: String
    let skipped: String
  }

  static func tokenizer(_ shape: String) throws -> any Tokenizer {
    try TokenizerFile.read(
      try referenceFile("tokenizers/\(shape).json"), file: "\(shape).json")
  }

  private static func json(_ file: String) throws -> JSONText {
    try JSONText(parsing: try referenceFile("tokenizers/\(file)"))
  }

  static func lines() throws -> [String] {
    try #require(json("lines.json").arrayValue).compactMap(\.stringValue)
  }

  private static func cases(_ shape: String) throws -> [Case] {
    func ids(_ json: JSONText) -> [Int32]? {
      json.arrayValue?.compactMap(\.intValue).map { Int32($0) }
    }
    let lines = try lines()
    let cases = try #require(json("\(shape).cases.json").arrayValue)
    try #require(cases.count == lines.count && lines.count > 90)
    return try zip(lines, cases).map { line, json in
      let parts = try #require(json.arrayValue)
      let all = try #require(ids(parts[0]))
      let text = parts[3].stringValue ?? line
      return Case(
        line: line, ids: all, plain: ids(parts[1]) ?? all, added: ids(parts[2]) ?? all,
        text: text, skipped: parts[4].stringValue ?? text)
    }
  }

  @Test(arguments: shapes) func `the ids are those of tokenizers`(shape: String) throws {
    let tokenizer = try Self.tokenizer(shape)
    for one in try Self.cases(shape) {
      #expect(try tokenizer.encode(one.line) == one.ids, "\(one.line.debugDescription)")
      let plain = try tokenizer.encode(one.line, addSpecial: false, parseSpecial: false)
      #expect(plain == one.plain, "\(one.line.debugDescription)")
      let added = try tokenizer.encode(one.line, addSpecial: true, parseSpecial: true)
      #expect(added == one.added, "\(one.line.debugDescription)")
    }
  }

  @Test(arguments: shapes) func `the text is that of tokenizers`(shape: String) throws {
    let tokenizer = try Self.tokenizer(shape)
    for one in try Self.cases(shape) {
      #expect(tokenizer.decode(one.added).utf8.elementsEqual(one.text.utf8))
      #expect(tokenizer.decode(skippingSpecial: one.added).utf8.elementsEqual(one.skipped.utf8))
    }
  }

  @Test(arguments: ["gpt2", "smollm2", "llama3", "gemma"])
  func `the bytes of tokens are those of the text`(shape: String) throws {
    let tokenizer = try Self.tokenizer(shape)
    for one in try Self.cases(shape) {
      let bytes = one.ids.flatMap(tokenizer.bytes(of:))
      #expect(bytes.elementsEqual(one.line.utf8), "\(one.line.debugDescription)")
    }
  }

  @Test(arguments: shapes) func `a file gives its own bytes back`(shape: String) throws {
    let bytes = try referenceFile("tokenizers/\(shape).json")
    let tokenizer = try Self.tokenizer(shape)
    #expect(tokenizer.encoded() == bytes)
    let again = try TokenizerFile.read(tokenizer.encoded())
    #expect(again.fingerprint == tokenizer.fingerprint)
    for id in 0..<Int32(tokenizer.vocabularySize) {
      let token = try #require(tokenizer.token(id))
      #expect(tokenizer.id(of: token) == id)
    }
  }

  @Test func `different files have different fingerprints`() throws {
    let prints = try Self.shapes.map { try Self.tokenizer($0).fingerprint }
    #expect(Set(prints).count == Self.shapes.count)
  }

  @Test func `a fingerprint is the SHA-256 of the file`() throws {
    let digest = "b92ba80080bbe75fb922001c49ec7abc0476d7a55f88965e8f4210f53546333c"
    #expect(
      try Self.tokenizer("gpt2").fingerprint
        == .map(["type": .string("tokenizer.json"), "sha256": .string(digest)]))
  }

  @Test func `several threads encode at once`() async throws {
    let tokenizer = try Self.tokenizer("qwen2")
    let cases = try Self.cases("qwen2")
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          cases.count { one in (try? tokenizer.encode(one.line)) != one.ids }
        }
      }
      for await wrong in group { #expect(wrong == 0) }
    }
  }
}

import Foundation
import ModelCore
import Testing

struct SubwordTokenizerTests {
  /// A `tokenizer.json` of a few tokens, with members in place of others.
  static func file(
    vocabulary: String = #"{"a":0,"b":1,"c":2,"ab":3,"abc":4,"<unk>":5}"#,
    merges: String = #"[["a","b"],["ab","c"]]"#, model: String = "", others: String = ""
  ) -> Data {
    Data(
      """
      {"model":{"type":"BPE","vocab":\(vocabulary),
       "merges":\(merges)\(model)}\(others)}
      """.utf8)
  }

  private static func read(
    _ file: Data = file(), end: Int32? = nil
  ) throws(ModelFileError) -> any Tokenizer {
    try TokenizerFile.read(file, endToken: end)
  }

  @Test func `pairs are merged in the order of the list, the leftmost first`() throws {
    #expect(try Self.read().encode("abcab") == [4, 3])
    let pairs = Self.file(
      vocabulary: #"{"a":0,"aa":1,"aaa":2}"#, merges: #"["a a","aa a"]"#)
    #expect(try Self.read(pairs).encode("aaa") == [2])
    #expect(try Self.read(pairs).encode("aaaaa") == [1, 2])
  }

  @Test(arguments: [5, 39, 40, 41, 42, 500, 10_000])
  func `long words are merged as short ones are`(count: Int) throws {
    // Pairs of a become A from the left; then A and a last a become B.
    let tokenizer = try Self.read(
      Self.file(
        vocabulary: #"{"a":0,"aa":1,"aaa":2,"x":3}"#, merges: #"[["a","a"],["aa","a"]]"#))
    let ids = try tokenizer.encode(String(repeating: "a", count: count))
    let pairs = [Int32](repeating: 1, count: count / 2)
    #expect(ids == (count % 2 == 0 ? pairs : pairs.dropLast() + [2]))
  }

  @Test func `characters without a token are the unknown token, or nothing`() throws {
    #expect(try Self.read().encode("xaxx") == [0])
    let unknown = Self.file(model: #","unk_token":"<unk>""#)
    #expect(try Self.read(unknown).encode("xaxx") == [5, 0, 5, 5])
    let fused = Self.file(model: #","unk_token":"<unk>","fuse_unk":true"#)
    #expect(try Self.read(fused).encode("xaxx") == [5, 0, 5])
    let missing = try Self.read(Self.file(model: #","unk_token":"<none>""#))
    #expect(try missing.encode("ab") == [3])
    let error = #expect(throws: TokenizerError.self) { try missing.encode("xab") }
    #expect(error == .missingUnknownToken("<none>"))
  }

  @Test func `special tokens of users are text where they are not looked for`() throws {
    let added = #"""
      ,"added_tokens":[{"id":4,"content":"abc","single_word":false,"lstrip":false,
       "rstrip":false,"normalized":false,"special":true}]
      """#
    let tokenizer = try Self.read(
      Self.file(
        vocabulary: #"{"a":0,"b":1,"c":2,"ab":3}"#, merges: #"[["a","b"]]"#, others: added))
    #expect(try tokenizer.encode("aabc") == [0, 4])
    let plain = try tokenizer.encode("aabc", addSpecial: true, parseSpecial: false)
    #expect(plain == [0, 3, 2])
    #expect(tokenizer.specialTokens == [4])
    #expect(tokenizer.vocabularySize == 5 && tokenizer.token(5) == nil)
    #expect(tokenizer.id(of: "abc") == 4 && tokenizer.id(of: "abd") == nil)
    #expect(tokenizer.decode(skippingSpecial: [0, 4, 3]) == "a ab")
  }

  @Test func `ids without a token and bytes that are no text become U+FFFD`() throws {
    let tokenizer = try FrozenTokenizerTests.tokenizer("gpt2")
    let euro = try tokenizer.encode("€")
    #expect(euro.count > 1)
    #expect(tokenizer.decode(euro) == "€")
    #expect(tokenizer.decode(euro.dropLast() + [-1, 1 << 30]) == "\u{FFFD}\u{FFFD}\u{FFFD}")
    let unknown = Array("\u{FFFD}".utf8)
    #expect(tokenizer.bytes(of: -1) == unknown && tokenizer.bytes(of: 1 << 30) == unknown)
    #expect(euro.flatMap(tokenizer.bytes(of:)) == Array("€".utf8))
  }

  @Test func `tokens that only look the same are different`() throws {
    let file = Self.file(
      vocabulary: "{\"\u{E9}\":0,\"e\":1,\"\u{301}\":2,\"e\u{301}\":3}", merges: "[]")
    let tokenizer = try Self.read(file)
    #expect(try tokenizer.encode("\u{E9}e\u{301}") == [0, 1, 2])
    #expect(tokenizer.id(of: "e\u{301}") == 3 && tokenizer.id(of: "\u{E9}") == 0)
  }

  /// Parts that are not read, each with the message.
  @Test(arguments: [
    (
      #","pre_tokenizer":{"type":"Foo"}"#,
      "unknown pre_tokenizer 'Foo'; expected 'Sequence', 'Split', 'ByteLevel'"
    ),
    (#","normalizer":{"type":"Foo"}"#, "unknown normalizer 'Foo'; expected 'NFC', 'NFD'"),
    (#","decoder":{"type":"Foo"}"#, "unknown decoder 'Foo'; expected 'ByteLevel'"),
    (
      #","post_processor":{"type":"Foo"}"#,
      "unknown post_processor 'Foo'; expected 'TemplateProcessing'"
    ),
    (
      #","pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits"}]}"#,
      "'pre_tokenizer.pretokenizers.0.individual_digits': expected true or false, found nothing"
    ),
    (
      #","pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?<=a)b"},"behavior":"Isolated"}"#,
      "the pattern is not read: a group of another kind"
    ),
    (
      #","pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Odd"}"#,
      "unknown behavior 'Odd'; expected 'Removed', 'Isolated', 'MergedWithPrevious'"
    ),
    (#","added_tokens":[{"id":1}]"#, "'added_tokens.0.content': expected a string, found nothing"),
    (#","added_tokens":[{"id":-1}]"#, "'added_tokens.0.id': expected the id of a token"),
  ])
  func `a part that is not read is an error that says where`(others: String, said: String) {
    let error = #expect(throws: ModelFileError.self) {
      try Self.read(Self.file(others: others))
    }
    let text = error?.description ?? ""
    #expect(text.contains(said) && text.hasPrefix("tokenizer.json:2:"), "\(text)")
  }

  @Test(arguments: [
    (#"{"a":0,"b":0}"#, "[]", "", "two tokens have the id 0"),
    (#"{"a":4194304}"#, "[]", "", "'model.vocab.a': expected an id from 0 to 4194303"),
    (#"{"a":0,"b":1}"#, #"[["a","b"]]"#, "", "merge 0: 'ab' is not in the vocabulary"),
    (#"{"a":0}"#, #"["a"]"#, "", "merge 0: expected two tokens, found 'a'"),
    (#"{"a":0}"#, "[]", #","dropout":0.1"#, "'model.dropout': expected null"),
    (#"{"a":0}"#, "[]", #","end_of_word_suffix":"</w>""#, "'model.end_of_word_suffix' is '</w>'"),
    ("[]", "[]", "", "'model.vocab': expected an object"),
    ("{}", "7", "", "'model.merges': expected a list"),
  ])
  func `a model that cannot work is refused`(
    vocabulary: String, merges: String, model: String, said: String
  ) {
    let error = #expect(throws: ModelFileError.self) {
      try Self.read(Self.file(vocabulary: vocabulary, merges: merges, model: model))
    }
    #expect(error?.description.contains(said) == true, "\(String(describing: error))")
  }

  /// The list of added tokens with these ids and texts.
  private static func added(_ tokens: [(Int, String)]) -> String {
    let flags =
      #""single_word":false,"lstrip":false,"rstrip":false,"normalized":true,"special":false"#
    let all = tokens.map { id, text in #"{"id":\#(id),"content":"\#(text)",\#(flags)}"# }
    return #","added_tokens":[\#(all.joined(separator: ","))]"#
  }

  @Test func `an added token has the id that follows, or that of the model`() throws {
    let all = Self.added([(6, "x"), (3, "ab"), (7, "y")])
    #expect(try Self.read(Self.file(others: all)).encode("yxab") == [7, 6, 3])
    for (tokens, found, expected) in [
      ([(7, "x")], 7, 6), ([(6, "x"), (8, "y")], 8, 7), ([(4, "ab")], 4, 3), ([(2, "x")], 2, 6),
    ] {
      let error = #expect(throws: ModelFileError.self) {
        try Self.read(Self.file(others: Self.added(tokens)))
      }
      let said = error?.description ?? ""
      #expect(said.contains("has the id \(found); expected \(expected)"), "\(said)")
      #expect(said.hasPrefix("tokenizer.json:2:"), "\(said)")
    }
  }

  @Test func `an added token that becomes too long is refused`() {
    let more = String(repeating: "b", count: 1_025)
    let normalizer =
      #","normalizer":{"type":"Replace","pattern":{"String":"x"},"content":"\#(more)"}"#
    let error = #expect(throws: ModelFileError.self) {
      try Self.read(Self.file(others: Self.added([(6, "x")]) + normalizer))
    }
    #expect(error?.description.contains("an added token has 1025 bytes") == true)
  }

  @Test func `a decoder that makes too much of the tokens is refused`() {
    let tokens = (0..<80).map { #""\#(String(repeating: "a", count: $0 + 1))":\#($0)"# }
    let more = String(repeating: "b", count: 1 << 15)
    let decoder =
      #","decoder":{"type":"Replace","pattern":{"String":"a"},"content":"\#(more)"}"#
    let error = #expect(throws: ModelFileError.self) {
      try Self.read(
        Self.file(
          vocabulary: "{\(tokens.joined(separator: ","))}", merges: "[]", others: decoder))
    }
    #expect(error?.description.contains("the decoder makes more than 67108864 bytes") == true)
  }

  @Test(arguments: [(500, true), (501, false)])
  func `a template has a bounded number of ids`(count: Int, isRead: Bool) {
    let piece = #"{"SpecialToken":{"id":"a","type_id":0}}"#
    let pieces = Array(repeating: piece, count: count).joined(separator: ",")
    let template = #"""
      ,"post_processor":{"type":"TemplateProcessing","single":[\#(pieces),{"Sequence":{"id":"A"}}],
       "special_tokens":{"a":{"id":"a","ids":[0,1],"tokens":["a","b"]}}}
      """#
    let ids = try? Self.read(Self.file(others: template))
      .encode("c", addSpecial: true, parseSpecial: true)
    #expect(ids?.count == (isRead ? 2 * count + 1 : nil))
  }

  @Test func `an end token outside the vocabulary is an error`() {
    #expect(throws: ModelFileError.self) { try Self.read(end: 6) }
    #expect((try? Self.read(end: 5))?.endToken == 5)
  }

  @Test func `a text that grows without measure is an error`() throws {
    let more = String(repeating: "a", count: 64)
    let replace = #"{"type":"Replace","pattern":{"String":"a"},"content":"\#(more)"}"#
    let all = Array(repeating: replace, count: 40).joined(separator: ",")
    let normalizer = #","normalizer":{"type":"Sequence","normalizers":[\#(all)]}"#
    let tokenizer = try Self.read(Self.file(others: normalizer))
    let error = #expect(throws: TokenizerError.self) { try tokenizer.encode("a") }
    #expect(error == .textTooLong)
  }

  @Test func `a pattern that would take forever stops`() throws {
    let split = #"""
      ,"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(?:a|a|ab|[a-c])+$x"},
       "behavior":"Isolated","invert":false}
      """#
    let tokenizer = try Self.read(Self.file(others: split))
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer.encode(String(repeating: "a", count: 5_000))
    }
    #expect(error == .patternTooSlow)
  }
}

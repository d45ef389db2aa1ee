import ModelCore
import Testing

struct GGUFVocabularyTests {
  /// A vocabulary of every byte and a few merges, as metadata.
  private static func vocabulary(_ pre: String? = "gpt-2") -> GGUFVocabulary {
    var other = 0x100
    let bytes = (0..<256).map { byte in
      if (0x21...0x7E).contains(byte) || (0xA1...0xFF).contains(byte) && byte != 0xAD {
        return String(UnicodeScalar(UInt8(byte)))
      }
      defer { other += 1 }
      return UnicodeScalar(other).map { String($0) } ?? ""
    }
    // 256 …: two merges, a token that marks structure, one that is text, and two that fill up.
    let tokens = bytes + ["Ġt", "Ġth", "<|end|>", "<tool>", "[PAD260]", "[PAD261]"]
    return GGUFVocabulary(
      model: "gpt2", pre: pre, tokens: tokens, merges: ["Ġ t", "Ġt h"],
      tokenTypes: [Int32](repeating: 1, count: 258) + [3, 4, 5, 5], beginToken: 258,
      endToken: 258)
  }

  @Test func `is the tokenizer of the same file`() throws {
    let tokenizer = try SubwordTokenizer(gguf: Self.vocabulary(), file: "m.gguf")
    #expect(try tokenizer.encode(" the<|end|><tool>") == [257, 101, 258, 259])
    let plain = try tokenizer.encode("<|end|>", addSpecial: true, parseSpecial: false)
    #expect(plain.count == 7)
    #expect(tokenizer.specialTokens == [258] && tokenizer.endToken == 258)
    #expect(tokenizer.vocabularySize == 260)
    let read = try TokenizerFile.read(tokenizer.encoded(), endToken: 258)
    #expect(read.fingerprint == tokenizer.fingerprint)
    #expect(try read.encode(" the<|end|><tool> €") == tokenizer.encode(" the<|end|><tool> €"))
  }

  @Test func `the beginning is added where the rules or the file say so`() throws {
    var vocabulary = Self.vocabulary("llama-bpe")
    func ids() throws -> [Int32] {
      try SubwordTokenizer(gguf: vocabulary, file: "m.gguf")
        .encode(" th", addSpecial: true, parseSpecial: true)
    }
    #expect(try ids() == [258, 257])
    vocabulary.addsBeginToken = false
    #expect(try ids() == [257])
    vocabulary.pre = "qwen2"
    vocabulary.addsBeginToken = nil
    #expect(try ids() == [257])
    vocabulary.addsBeginToken = true
    #expect(try ids() == [258, 257])
  }

  @Test func `the end is added where the file says so`() throws {
    var vocabulary = Self.vocabulary()
    func ids() throws -> [Int32] {
      try SubwordTokenizer(gguf: vocabulary, file: "m.gguf")
        .encode(" th", addSpecial: true, parseSpecial: true)
    }
    vocabulary.endToken = 259
    #expect(try ids() == [257])
    vocabulary.addsEndToken = true
    #expect(try ids() == [257, 259])
    vocabulary.addsBeginToken = true
    #expect(try ids() == [258, 257, 259])
    vocabulary.endToken = 258
    #expect(try ids() == [258, 257, 258])
  }

  @Test func `a token that fills up the vocabulary stays if it is named`() throws {
    var vocabulary = Self.vocabulary()
    vocabulary.padToken = 260
    let tokenizer = try SubwordTokenizer(gguf: vocabulary, file: "m.gguf")
    #expect(tokenizer.padToken == 260 && tokenizer.token(260) == "[PAD260]")
    #expect(tokenizer.vocabularySize == 261)
    #expect(try tokenizer.encode("<tool>") == [259])
  }

  @Test func `rules divide text as the models' own files do`() throws {
    let smollm = try SubwordTokenizer(gguf: Self.vocabulary("smollm"), file: "m.gguf")
    #expect(try smollm.encode(" 12").count == 3)
    let qwen = try SubwordTokenizer(gguf: Self.vocabulary("qwen2"), file: "m.gguf")
    #expect(try qwen.encode("e\u{301}") == qwen.encode("\u{E9}"))
  }

  @Test func `what is not read or does not fit is one sentence`() {
    func error(_ change: (inout GGUFVocabulary) -> Void) -> String {
      var vocabulary = Self.vocabulary()
      change(&vocabulary)
      do {
        _ = try SubwordTokenizer(gguf: vocabulary, file: "m.gguf")
        return ""
      } catch {
        return error.description
      }
    }
    #expect(
      error { $0.model = "llama" }
        == "m.gguf: tokenizer.ggml.model: expected 'gpt2', found 'llama'; use a tokenizer.json")
    #expect(
      error { $0.pre = nil }.hasPrefix("m.gguf: tokenizer.ggml.pre: expected 'gpt-2', 'smollm'"))
    #expect(error { $0.tokenTypes = [1] }.contains("token_type"))
    #expect(error { $0.tokenTypes[3] = 9 }.contains("token_type"))
    #expect(error { $0.tokens[3] = "a" }.contains("token 97 is given twice"))
    #expect(error { $0.endToken = 262 }.contains("no token has the id 262"))
    #expect(error { $0.beginToken = -1 }.contains("no token has the id -1"))
    #expect(error { $0.merges = ["Ġ t x"] }.contains("merge 0: expected two tokens"))
    #expect(error { $0.merges = ["zq q"] }.contains("'zq' is not in the vocabulary"))
  }
}

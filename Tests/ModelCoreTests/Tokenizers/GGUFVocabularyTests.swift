import ModelCore
import Testing

struct GGUFVocabularyTests {
  /// The metadata of a vocabulary of every byte and a few merges.
  private struct Metadata {
    var model: String? = "gpt2"
    var pre: String? = "gpt-2"
    var tokens: [String]
    var merges = ["Ġ t", "Ġt h"]
    var types = [Int](repeating: 1, count: 258) + [3, 4, 5, 5]
    var beginToken: Int32? = 258
    var endToken: Int32? = 258
    var endOfTurnToken: Int32?
    var padToken: Int32?
    var addsBeginToken: Bool?
    var addsEndToken: Bool?

    init(_ pre: String? = "gpt-2") {
      self.pre = pre
      var other = 0x100
      let bytes = (0..<256).map { byte in
        if (0x21...0x7E).contains(byte) || (0xA1...0xFF).contains(byte) && byte != 0xAD {
          return String(UnicodeScalar(UInt8(byte)))
        }
        defer { other += 1 }
        return UnicodeScalar(other).map { String($0) } ?? ""
      }
      // 256 …: two merges, a token that marks structure, one that is text, and two that fill up.
      tokens = bytes + ["Ġt", "Ġth", "<|end|>", "<tool>", "[PAD260]", "[PAD261]"]
    }

    func tokenizer() throws(ModelFileError) -> SubwordTokenizer {
      try SubwordTokenizer(
        gguf: GGUFVocabulary(
          model: model, pre: pre, tokens: tokens, merges: merges, types: types,
          beginToken: beginToken, endToken: endToken, endOfTurnToken: endOfTurnToken,
          padToken: padToken, addsBeginToken: addsBeginToken, addsEndToken: addsEndToken,
          file: "m.gguf"),
        file: "m.gguf")
    }
  }

  @Test func `is the tokenizer of the same file`() throws {
    let tokenizer = try Metadata().tokenizer()
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
    var vocabulary = Metadata("llama-bpe")
    func ids() throws -> [Int32] {
      try vocabulary.tokenizer().encode(" th", addSpecial: true, parseSpecial: true)
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
    var vocabulary = Metadata()
    func ids() throws -> [Int32] {
      try vocabulary.tokenizer().encode(" th", addSpecial: true, parseSpecial: true)
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
    var vocabulary = Metadata()
    vocabulary.padToken = 260
    let tokenizer = try vocabulary.tokenizer()
    #expect(tokenizer.padToken == 260 && tokenizer.token(260) == "[PAD260]")
    #expect(tokenizer.vocabularySize == 261)
    #expect(try tokenizer.encode("<tool>") == [259])
  }

  @Test func `rules divide text as the models' own files do`() throws {
    let smollm = try Metadata("smollm").tokenizer()
    #expect(try smollm.encode(" 12").count == 3)
    let qwen = try Metadata("qwen2").tokenizer()
    #expect(try qwen.encode("e\u{301}") == qwen.encode("\u{E9}"))
  }

  @Test func `what is not read or does not fit is one sentence`() {
    func error(_ change: (inout Metadata) -> Void) -> String {
      var vocabulary = Metadata()
      change(&vocabulary)
      do {
        _ = try vocabulary.tokenizer()
        return ""
      } catch {
        return error.description
      }
    }
    #expect(
      error { $0.model = "bert" } == "m.gguf: tokenizer.ggml.model: expected 'gpt2' or 'llama', "
        + "found 'bert'; use a tokenizer.json")
    #expect(
      error { $0.pre = nil }.hasPrefix("m.gguf: tokenizer.ggml.pre: expected 'gpt-2', 'smollm'"))
    let key = "m.gguf: key 'tokenizer.ggml."
    #expect(
      error { $0.types = [1] } == key
        + "token_type': expected one for each of the 262 tokens, found 1")
    #expect(error { $0.types[3] = 9 } == key + "token_type': expected 1 to 6, found 9 for token 3")
    #expect(error { $0.tokens[3] = "a" }.contains("token 97 is given twice"))
    #expect(
      error { $0.endToken = 262 } == key + "eos_token_id': expected an id below 262, found 262")
    #expect(
      error { $0.endOfTurnToken = 262 }.hasPrefix(key + "eot_token_id': expected an id below"))
    #expect(
      error { $0.beginToken = -1 } == key + "bos_token_id': expected an id below 262, found -1")
    #expect(
      error {
        $0.tokens = []
        $0.types = []
      } == "m.gguf: tokenizer.ggml.tokens is missing")
    #expect(error { $0.model = nil } == "m.gguf: tokenizer.ggml.model is missing")
    #expect(error { $0.merges = ["Ġ t x"] }.contains("merge 0: expected two tokens"))
    #expect(error { $0.merges = ["zq q"] }.contains("'zq' is not in the vocabulary"))
  }
}

import Foundation
import ModelCore
import TensorCore
import TestSupport
import Testing

@Suite struct `A model in a GGUF file` {
  private static let plans = [SmallPlan.plain, .biased, .normalizing]

  private static func file(
    _ plan: SmallPlan = .plain, change: (inout GGUFWriter) -> Void = { _ in }
  ) throws -> Data {
    var file = GGUFModels.writer(try plan.model(), tokenizer: try ModelFolderTests.tokenizer())
    change(&file)
    return file.data
  }

  private static func complaint(
    _ plan: SmallPlan = .plain, memory: UInt64 = .max, change: (inout GGUFWriter) -> Void
  ) throws -> String {
    let bytes = try file(plan, change: change)
    do {
      _ = try ModelFolder(files: ["m.gguf"], memory: memory) { _ in bytes }
      return ""
    } catch let error as ModelFileError {
      return "\(error)"
    }
  }

  @Test(arguments: plans)
  func `is the model that was written, in Hugging Face's order of rows`(plan: SmallPlan) throws {
    let model = try plan.model()
    let bytes = try Self.file(plan)
    let read = try ModelFolder(files: ["m.gguf"]) { path in
      #expect(path == "m.gguf")
      return bytes
    }
    var expected = model.configuration
    expected.contextLength = 300
    #expect(read.model.configuration == expected)
    #expect(read.tokenizer.fingerprint == (try ModelFolderTests.tokenizer()).fingerprint)
    #expect(read.endTokens == [1])
    for (mine, theirs) in zip(model.parameters, read.model.parameters) {
      #expect(mine.name == theirs.name)
      #expect(bits(mine.tensor.values) == bits(theirs.tensor.values), "\(mine.name)")
    }
  }

  @Test(arguments: [false, true])
  func `has a head of its own if the file has one`(tied: Bool) throws {
    let model = try smallModel(convolution: false, tied: tied)
    let file = GGUFModels.writer(model, tokenizer: try ModelFolderTests.tokenizer())
    #expect(file.tensors.contains { $0.name == "output.weight" } == !tied)
    let read = try ModelFolder(files: ["m.gguf"]) { _ in file.data }
    #expect(read.model.configuration.tiesEmbeddings == tied)
    #expect(bits(read.model.lmHead.values) == bits(model.lmHead.values))
  }

  @Test func `is described without its values`() throws {
    let header = GGUFModels.writer(
      try SmallPlan.plain.model(), tokenizer: try ModelFolderTests.tokenizer())
    let model = try GGUFModel(decoding: header.data, file: "m.gguf")
    #expect(model.vocabularySize == smallVocabularySize)
    let description = try ModelDescription(model)
    #expect(description.configuration == model.configuration)
    #expect(description.vocabularySize == smallVocabularySize)
  }

  @Test func `has numbers as they were meant`() throws {
    let model = try GGUFModel(
      decoding: try Self.file {
        $0.set("llama.attention.layer_norm_rms_epsilon", .float(1e-5))
      }, file: "m.gguf")
    #expect(model.configuration.normEpsilon == 1e-5)
  }

  @Test func `gives out its tokenizer and template as plain values`() throws {
    let tokens = (0..<smallVocabularySize).map { "t\($0)" }
    let model = try GGUFModel(
      decoding: try Self.file {
        $0.set("tokenizer.ggml.model", .text("gpt2"))
        $0.set("tokenizer.ggml.pre", .text("qwen2"))
        $0.set("tokenizer.ggml.tokens", .texts(tokens))
        $0.set("tokenizer.ggml.merges", .texts(["a b", "ab c"]))
        $0.set(
          "tokenizer.ggml.token_type",
          .integers([Int32](repeating: 1, count: smallVocabularySize)))
        $0.set("tokenizer.ggml.bos_token_id", .uint32(3))
        $0.set("tokenizer.ggml.eot_token_id", .uint32(4))
        $0.set("tokenizer.ggml.padding_token_id", .uint32(.max))
        $0.set("tokenizer.ggml.add_bos_token", .flag(false))
        $0.set("tokenizer.chat_template", .text("{{ messages }}"))
      }, file: "m.gguf")
    let tokenizer = model.tokenizer.vocabulary
    #expect(tokenizer.model == "gpt2")
    #expect(tokenizer.pre == "qwen2")
    #expect(tokenizer.tokens == tokens)
    #expect(tokenizer.merges == ["a b", "ab c"])
    #expect(tokenizer.types == tokens.map { _ in .normal })
    #expect(tokenizer.beginToken == 3)
    #expect(tokenizer.endTokens == [1, 4])
    #expect(tokenizer.padToken == nil)
    #expect(tokenizer.addsBeginToken == false)
    #expect(tokenizer.addsEndToken == nil)
    #expect(model.tokenizer.chatTemplate == "{{ messages }}")
  }

  @Test func `has suggestions for sampling, by the names of generation_config.json`() throws {
    let model = try GGUFModel(
      decoding: try Self.file {
        $0.set("general.sampling.temp", .float(0.7))
        $0.set("general.sampling.top_k", .uint32(20))
        $0.set("general.sampling.top_p", .text("much"))
      }, file: "m.gguf")
    let suggestions = try ModelDescription(model).suggestions
    #expect(suggestions.map { "\($0.name) \($0.value)" } == ["temperature 0.7", "top_k 20.0"])
  }

  @Test func `that cannot be read is refused in one line`() throws {
    let cases: [(said: String, change: (inout GGUFWriter) -> Void)] = [
      (
        "m.gguf: key 'general.architecture' is missing",
        { $0.set("general.architecture", nil) }
      ),
      (
        "m.gguf: general.architecture is \"rwkv7\"; 'llama', 'qwen2', 'qwen3', 'gemma3' are read",
        { $0.set("general.architecture", .text("rwkv7")) }
      ),
      (
        "m.gguf: general.type is 'adapter', not 'model'",
        { $0.set("general.type", .text("adapter")) }
      ),
      (
        "m.gguf: the model is in 3 files; join them with llama-gguf-split --merge",
        { $0.set("split.count", .uint32(3)) }
      ),
      ("m.gguf: key 'llama.block_count' is missing", { $0.set("llama.block_count", nil) }),
      (
        "m.gguf: key 'llama.block_count': expected an integer, found a text",
        { $0.set("llama.block_count", .text("2")) }
      ),
      (
        "m.gguf: key 'llama.attention.head_count': expected a number above 0, found 0",
        { $0.set("llama.attention.head_count", .uint32(0)) }
      ),
      (
        "m.gguf: key 'llama.attention.scale' is set, which is not read",
        { $0.set("llama.attention.scale", .float(2)) }
      ),
      (
        "m.gguf: llama.expert_count is 8; models with experts are not read",
        { $0.set("llama.expert_count", .uint32(8)) }
      ),
      (
        "m.gguf: key 'llama.vocab_size': expected the 23 rows of token_embd.weight, found 24",
        { $0.set("llama.vocab_size", .uint32(24)) }
      ),
      (
        "m.gguf: heads of values have size 4, those of keys 8",
        { $0.set("llama.attention.value_length", .uint32(4)) }
      ),
      (
        "m.gguf: partial_rotary_factor is 0.5: heads that turn in part are not read",
        { $0.set("llama.rope.dimension_count", .uint32(4)) }
      ),
      (
        "m.gguf: tensor 'blk.1.ffn_up.weight' is missing",
        { $0.tensors.removeAll { $0.name == "blk.1.ffn_up.weight" } }
      ),
      (
        "m.gguf: tensor 'blk.2.attn_q.weight' does not belong to this model",
        { $0.add("blk.2.attn_q.weight", shape: [1], values: [1]) }
      ),
      (
        "m.gguf: tensor 'blk.01.attn_q.weight' does not belong to this model",
        { $0.add("blk.01.attn_q.weight", shape: [1], values: [1]) }
      ),
      (
        "m.gguf: tensor 'vision.weight' does not belong to this model",
        { $0.add("vision.weight", shape: [1], values: [1]) }
      ),
      (
        "m.gguf: tensor 'blk.0.attn_k.weight' has shape [16, 32], the model needs [32, 32]",
        { $0.set("llama.attention.head_count_kv", .uint32(4)) }
      ),
      (
        "m.gguf: tensor 'rope_freqs.weight' is not what rope_type 'llama3' gives; it is not read",
        { $0.add("rope_freqs.weight", shape: [4], values: [1, 2, 3, 4]) }
      ),
      (
        "m.gguf: key 'tokenizer.ggml.token_type': expected one for each of the 2 tokens, found 1",
        {
          $0.set("tokenizer.ggml.tokens", .texts(["a", "b"]))
          $0.set("tokenizer.ggml.token_type", .integers([1]))
        }
      ),
      (
        "m.gguf: key 'tokenizer.ggml.eos_token_id': expected an id below 1, found 1",
        { $0.set("tokenizer.ggml.tokens", .texts(["a"])) }
      ),
    ]
    for (said, change) in cases {
      let complaint = try Self.complaint(change: change)
      #expect(complaint == said, "\(complaint)")
    }
    let infinite = try Self.complaint {
      $0.tensors[0].bytes.replaceSubrange(0..<4, with: [0, 0, 0x80, 0x7f])
    }
    #expect(infinite.hasSuffix("holds values that are not finite"), "\(infinite)")
  }

  @Test func `that is too large for the memory is refused before it is read`() throws {
    let count = try SmallPlan.plain.model().parameterCount
    let complaint = try Self.complaint(memory: 1000) { _ in }
    #expect(
      complaint == "m.gguf: the model has \(count) parameters, which take "
        + "65.0 kB in 32 bits, and this machine has 1.00 kB",
      "\(complaint)")
    #expect(try Self.complaint(memory: UInt64(count * 4)) { _ in } == "")
  }
}

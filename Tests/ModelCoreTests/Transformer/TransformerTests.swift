import Fields
import ModelCore
import TensorCore
import Testing

@Suite struct TransformerTests {
  @Test func `parameters carry Hugging Face's names, in a fixed order`() throws {
    let plain = [
      "input_layernorm.weight", "self_attn.q_proj.weight", "self_attn.k_proj.weight",
      "self_attn.v_proj.weight", "self_attn.o_proj.weight", "post_attention_layernorm.weight",
      "mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight",
    ]
    let convolution = ["short_conv_norm.weight", "short_conv.weight"]
    func names(_ block: [String]) -> [String] {
      ["model.embed_tokens.weight"]
        + (0..<2).flatMap { layer in
          block.map { "model.layers.\(layer).\($0)" }
        } + ["model.norm.weight"]
    }
    #expect(
      try smallModel(convolution: false, tied: false).parameters.map(\.name)
        == names(plain) + ["lm_head.weight"])
    #expect(try smallModel().parameters.map(\.name) == names(convolution + plain))
  }

  @Test func `the recommended model has the size it is said to have`() {
    var configuration = ModelConfiguration()
    configuration.shortConvolutionWidth = 4
    let model = Transformer(configuration: configuration, vocabularySize: 52, seed: 0)
    // 52·128 + 2 · (4·128² + 3·128·344 + (4 + 3)·128) + 128
    #expect(model.parameterCount == 403_840)
  }

  @Test func `weights are counted without making them`() {
    var configurations = [ModelConfiguration()]
    var plan = ModelConfiguration()
    plan.shortConvolutionWidth = 4
    plan.tiesEmbeddings = false
    plan.hasQueryKeyValueBias = true
    plan.normalizesHeads = true
    plan.keyValueHeadCount = 2
    plan.headDimension = 16
    plan.layerCount = 3
    configurations.append(plan)
    plan.layers = ["full", "sliding"]
    plan.slidingWindow = 8
    configurations.append(plan)
    for configuration in configurations {
      let model = Transformer(configuration: configuration, vocabularySize: 52, seed: 0)
      #expect(configuration.parameterCount(vocabularySize: 52) == model.parameterCount)
    }
    // Counting nearly a billion weights takes no memory for them.
    plan = ModelConfiguration()
    plan.hiddenSize = 4096
    plan.intermediateSize = 11008
    plan.headCount = 32
    plan.layerCount = 4
    #expect(plan.parameterCount(vocabularySize: 32_000) == 940_609_536)
  }

  @Test func `fresh weights have the spread that was asked for`() throws {
    var configuration = ModelConfiguration()
    configuration.shortConvolutionWidth = 4
    configuration.tiesEmbeddings = false
    let model = Transformer(configuration: configuration, vocabularySize: 52, seed: 5)
    let expected: [String: Double] = [
      "model.embed_tokens.weight": 0.02,
      "lm_head.weight": 0.08839,
      "model.layers.1.short_conv.weight": 0.088,
      "model.layers.1.self_attn.q_proj.weight": 0.08839,
      "model.layers.1.self_attn.o_proj.weight": 0.04419,
      "model.layers.0.mlp.up_proj.weight": 0.08839,
      "model.layers.0.mlp.down_proj.weight": 0.02696,
    ]
    for (name, deviation) in expected.sorted(by: { $0.key < $1.key }) {
      let parameter = try #require(model.parameters.first { $0.name == name })
      let values = parameter.tensor.values.map { Double($0) }
      let mean = values.reduce(0, +) / Double(values.count)
      let found = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        .squareRoot()
      // Five standard errors of a standard deviation, σ / √(2n).
      let tolerance = 5 * deviation / Double(2 * values.count).squareRoot()
      #expect(abs(found - deviation) < tolerance, "\(name): \(found)")
      #expect(abs(mean) < 5 * deviation / Double(values.count).squareRoot(), "\(name)")
    }
    for parameter in model.parameters where parameter.name.hasSuffix("norm.weight") {
      #expect(parameter.tensor.values.allSatisfy { $0 == 1 }, "\(parameter.name)")
    }
  }

  @Test func `a parameter more or less leaves the others as they were`() {
    func weights(convolution: Bool, tied: Bool, seed: UInt64 = 9) -> [String: [Float]] {
      let model = Transformer(
        configuration: smallConfiguration(convolution: convolution, tied: tied),
        vocabularySize: smallVocabularySize, seed: seed)
      return Dictionary(
        uniqueKeysWithValues: model.parameters.map { ($0.name, $0.tensor.values) })
    }
    let large = weights(convolution: true, tied: false)
    let small = weights(convolution: false, tied: true)
    for (name, values) in small { #expect(large[name] == values, "\(name)") }
    #expect(
      weights(convolution: false, tied: true, seed: 10)["model.embed_tokens.weight"]
        != small["model.embed_tokens.weight"])
  }

  @Test func `a copy is a model of its own`() throws {
    let model = try smallModel(tied: false)
    let copy = model.copy()
    #expect(copy.namedTensors == model.namedTensors)
    model.parameters[0].tensor.fill(
      from: [Float](repeating: 2, count: model.parameters[0].tensor.count))
    #expect(copy.namedTensors != model.namedTensors)
  }

  @Test func `a frozen model gets no gradients`() throws {
    let model = try smallModel()
    #expect(model.requiresGradient)
    model.requiresGradient = false
    #expect(!model.requiresGradient)
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    let hidden = try model.forward(tape, tokens: [1, 2, 3], layout: SequenceLayout(lengths: [3]))
    #expect(!hidden.requiresGradient)
  }

  @Test func `tokens outside the vocabulary are refused`() throws {
    let model = try smallModel()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1))
    for token in [Int32(-1), Int32(smallVocabularySize)] {
      #expect(throws: ShapeError.self) {
        try model.forward(tape, tokens: [token], layout: SequenceLayout(lengths: [1]))
      }
    }
  }

  /// Training relies on this when it divides a batch to save memory.
  @Test(arguments: SmallPlan.all, [false, true])
  func `gradients have the same bits however a batch is divided`(
    plan: SmallPlan, tied: Bool
  ) throws {
    var configuration = plan.configuration
    configuration.tiesEmbeddings = tied
    let prompts = samplePrompts(7).map { $0 + [1, 2] }
    func gradients(_ parts: [Range<Int>], threads: Int) throws -> [[UInt32]] {
      let model = try smallModel(configuration, mixers: plan.mixers)
      for part in parts {
        let sequences = prompts[part]
        let tape = Tape(backend: CPUBackend(numerics: .exact, threads: threads))
        let tokens = Array(sequences.joined())
        let hidden = try model.forward(
          tape, tokens: tokens, layout: SequenceLayout(lengths: sequences.map(\.count)))
        let output = try tape.logProbabilities(
          hidden, table: model.lmHead, rows: tokens.indices.map { Int32($0) },
          targets: tokens)
        try tape.backward(
          from: output, seed: tokens.map { 0.01 + Float($0) / 64 })
      }
      return model.parameters.map { bits($0.tensor.gradientValues) }
    }
    let whole = try gradients([0..<7], threads: 1)
    #expect(try gradients([0..<7], threads: 2) == whole)
    #expect(try gradients([0..<3, 3..<7], threads: 2) == whole)
    #expect(try gradients((0..<7).map { $0..<$0 + 1 }, threads: 1) == whole)
  }

  @Test func `sequences of a batch do not see each other`() throws {
    let model = try smallModel()
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 2), recording: false)
    let prompts = samplePrompts(5)
    let together = try model.forward(
      tape, tokens: Array(prompts.joined()), layout: SequenceLayout(lengths: prompts.map(\.count)))
    let alone = try prompts.flatMap { prompt in
      try model.forward(tape, tokens: prompt, layout: SequenceLayout(lengths: [prompt.count]))
        .values
    }
    #expect(bits(together.values) == bits(alone))
  }
}

@Suite struct ModelConfigurationTests {
  private func messages(_ change: (inout ModelConfiguration) -> Void) -> [[String]] {
    var configuration = ModelConfiguration()
    change(&configuration)
    return configuration.issues().map(\.path)
  }

  @Test func `shapes that do not fit together point at the field`() {
    #expect(messages { _ in } == [])
    #expect(messages { $0.headCount = 3 } == [["num_attention_heads"]])
    #expect(messages { $0.headCount = 128 } == [["num_attention_heads"]])
    #expect(messages { $0.keyValueHeadCount = 3 } == [["num_key_value_heads"]])
    #expect(messages { $0.keyValueHeadCount = 8 } == [["num_key_value_heads"]])
    #expect(messages { $0.keyValueHeadCount = 2 } == [])
  }

  @Test func `heads may have a width of their own`() {
    #expect(
      messages {
        $0.headCount = 3
        $0.headDimension = 32
      } == [])
    #expect(messages { $0.headDimension = 31 } == [["head_dim"]])
  }

  @Test func `a plan of layers names known mixers, as many as there are, and its window`() {
    #expect(messages { $0.layers = ["full", "round"] } == [["layers", "1"]])
    #expect(messages { $0.layers = [] } == [["layers"]])
    #expect(messages { $0.layers = ["full", "full", "full"] } == [["layers"]])
    #expect(messages { $0.layers = ["sliding"] } == [["layers"]])
    #expect(messages { $0.slidingWindow = 8 } == [["sliding_window"]])
    #expect(
      messages {
        $0.layers = ["full", "sliding"]
        $0.slidingWindow = 8
      } == [])
  }

  @Test func `one shape said in two ways is one configuration`() {
    var short = ModelConfiguration()
    short.layerCount = 6
    short.layers = ["full", "sliding"]
    short.slidingWindow = 4
    #expect(short.layerPlan == ["full", "sliding", "full", "sliding", "full", "sliding"])
    var long = short
    long.layers = short.layerPlan
    long.keyValueHeadCount = 4
    long.headDimension = 32
    #expect(long != short)
    #expect(long.normalized == short)
    #expect(short.normalized == short)
    short.layerCount = 5
    #expect(short.normalized == short)
  }

  @Test func `a validated value becomes a configuration`() {
    let configuration = ModelConfiguration(
      decoding: .map([
        "hidden_size": .int(64), "short_conv": .int(3), "tie_word_embeddings": .bool(false),
        "rope_theta": .int(500_000), "layers": .list([.string("sliding"), .string("full")]),
        "sliding_window": .int(16), "qk_norm": .bool(true), "head_dim": .int(8),
      ]))
    #expect(configuration.hiddenSize == 64)
    #expect(configuration.shortConvolutionWidth == 3)
    #expect(!configuration.tiesEmbeddings)
    #expect(configuration.rotaryTheta == 500_000)
    #expect(configuration.keyValueHeadCount == nil)
    #expect(configuration.keyValueSize == 32)
    #expect(configuration.layerPlan == ["sliding", "full"])
    #expect(configuration.slidingWindow == 16)
    #expect(configuration.normalizesHeads && !configuration.hasQueryKeyValueBias)
  }
}

import Fields
import ModelCore
import TensorCore
import Testing

/// Low-rank adapters over small models.
@Suite struct `A low-rank adapter` {
  private static let backend = CPUBackend(numerics: .exact, threads: 1)
  private static let plans = [
    SmallPlan.plain, .convolved, .sliding, SmallPlan.gated,
  ]

  private static func shape(
    _ targets: TargetModules = .allLinear, dropout: Double = 0
  ) -> LoRAShape {
    var shape = LoRAShape()
    shape.rank = 3
    shape.alpha = 4.5
    shape.dropout = dropout
    shape.targets = targets
    return shape
  }

  /// A small model and an adapter over it whose B are not 0.
  private static func adapted(
    _ plan: SmallPlan = .plain, _ shape: LoRAShape = shape()
  ) throws -> Transformer {
    let base = try plan.model()
    base.requiresGradient = false
    return try Transformer(base: base, adapter: shape) { parameter in
      var stream = RandomStream(seed: 5, purpose: parameter.name)
      return (0..<parameter.shape.reduce(1, *)).map { _ in Float(0.2 * stream.normal()) }
    }
  }

  private static let prompts = samplePrompts(6).map { $0 + [3, 4, 5] }

  /// Log-probabilities of the next tokens of some prompts.
  private static func scores(
    _ model: Transformer, _ tape: Tape, of prompts: [[Int32]] = prompts, update: Int? = nil,
    recompute: Recomputation = .none
  ) throws -> Tensor {
    let tokens = Array(prompts.joined())
    let layout = SequenceLayout(lengths: prompts.map(\.count))
    if let update {
      tape.noise = TokenNoise(seed: 9, update: update, tokens: tokens, layout: layout)
    }
    return try tape.logProbabilities(
      try model.forward(tape, tokens: tokens, layout: layout, recompute: recompute),
      table: model.lmHead, rows: tokens.indices.map { Int32($0) },
      targets: tokens.map { ($0 + 1) % 23 })
  }

  private static func values(_ model: Transformer) throws -> [UInt32] {
    bits(try scores(model, Tape(backend: backend, recording: false)).values)
  }

  @Test(arguments: plans)
  func `that is new changes nothing, and shares the weights`(plan: SmallPlan) throws {
    let base = try plan.model()
    base.requiresGradient = false
    let model = Transformer(base: base, newAdapter: Self.shape(), seed: 1)
    #expect(try Self.values(model) == Self.values(base))
    #expect(model.frozenReference() === base, "the adapter is off")
    for parameter in base.parameters {
      let own = try #require(model.parameters.first { $0.name == parameter.name })
      #expect(own.tensor === parameter.tensor && !own.tensor.requiresGradient)
    }
    let trained = model.trainedParameters
    #expect(trained.allSatisfy { $0.isAdapter && $0.tensor.requiresGradient })
    #expect(
      trained.reduce(0) { $0 + $1.tensor.count }
        == Self.shape().parameterCount(over: plan.configuration, mixers: plan.mixers))
    for parameter in trained {
      let values = parameter.tensor.values
      if parameter.name.hasSuffix("lora_B.weight") {
        #expect(values.allSatisfy { $0 == 0 })
      } else {
        // Kaiming with a = √5, as nn.Linear starts: uniform within ±1/√in.
        let bound = 1 / Float(parameter.tensor.rows).squareRoot()
        #expect(values.allSatisfy { abs($0) <= bound })
        #expect(values.contains { $0 > bound / 2 } && values.contains { $0 < -bound / 2 })
      }
    }
    // The values of a parameter follow from the seed and its name alone.
    let narrow = Transformer(base: base, newAdapter: Self.shape(.named(["up_proj"])), seed: 1)
    for parameter in narrow.trainedParameters {
      let same = try #require(trained.first { $0.name == parameter.name })
      #expect(same.tensor.values == parameter.tensor.values)
    }
    let other = Transformer(base: base, newAdapter: Self.shape(), seed: 2)
    #expect(other.trainedParameters[0].tensor.values != trained[0].tensor.values)
  }

  @Test(arguments: plans) func `decodes with the bits of a forward pass`(plan: SmallPlan) throws {
    let model = try Self.adapted(plan)
    #expect(try Self.values(model) != Self.values(try #require(model.base)))
    let tokens: [Int32] = [1, 2, 3, 4, 5]
    let memory = model.makeMemory(slots: 1, capacity: 16, on: Self.backend)
    let found = model.step(
      DecodeStep(
        backend: Self.backend, slots: tokens.map { _ in 0 }, positions: Array(tokens.indices)),
      tokens: tokens, memory: memory)
    let tape = Tape(backend: Self.backend, recording: false)
    let whole = try model.forward(tape, tokens: tokens, layout: SequenceLayout(lengths: [5]))
    #expect(bits(found.values) == bits(whole.values))
  }

  /// The values that an adapter trains, by name.
  private static func trained(_ model: Transformer) -> NamedTensors {
    NamedTensors(
      model.trainedParameters.map {
        NamedTensor(name: $0.name, shape: $0.tensor.shape, values: $0.tensor.values)
      })
  }

  @Test func `copies itself and not its base`() throws {
    let model = try Self.adapted()
    let copy = model.copy()
    #expect(copy.base === model.base)
    #expect(Self.trained(copy) == Self.trained(model))
    let reference = model.frozenReference()
    #expect(reference !== model.base && !reference.requiresGradient)
    let before = try Self.values(reference)
    for parameter in model.trainedParameters {
      parameter.tensor.fill(from: parameter.tensor.values.map { 2 * $0 })
    }
    #expect(try Self.values(reference) == before, "what the training began with")
    #expect(try Self.values(model) != before)
  }

  /// As for mixers in `MixerSeamTests`: the derivative along a random direction of each tensor.
  @Test(arguments: [0, 0.3]) func `has gradients that match finite differences`(
    dropout: Double
  ) throws {
    let model = try Self.adapted(.plain, Self.shape(dropout: dropout))
    let count = Self.prompts.joined().count
    let seed = (0..<count).map { Float($0 % 5) / 16 - 0.1 }
    func loss() throws -> Double {
      let tape = Tape(backend: Self.backend, recording: false)
      return zip(try Self.scores(model, tape, update: 4).values, seed).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
    }
    let tape = Tape(backend: Self.backend)
    try tape.backward(from: try Self.scores(model, tape, update: 4), seed: seed)
    for parameter in model.parameters where !parameter.isAdapter {
      #expect(parameter.tensor.gradient == nil, "\(parameter.name)")
    }
    for parameter in model.trainedParameters {
      let start = parameter.tensor.values
      var stream = RandomStream(seed: 11, purpose: parameter.name)
      let direction = start.map { _ in stream.normal() }
      let expected = zip(parameter.tensor.gradientValues, direction).reduce(0.0) {
        $0 + Double($1.0) * $1.1
      }
      let width = 2e-3
      func moved(_ step: Double) throws -> Double {
        parameter.tensor.fill(from: zip(start, direction).map { Float(Double($0) + step * $1) })
        return try loss()
      }
      let near = try moved(width) - moved(-width)
      let far = try moved(2 * width) - moved(-2 * width)
      let found = (8 * near - far) / (12 * width)
      parameter.tensor.fill(from: start)
      let bound = 2e-3 + 5e-3 * abs(expected)
      #expect(abs(found - expected) < bound, "\(parameter.name): \(found), \(expected)")
    }
  }

  @Test func `drops the same values however a batch is divided`() throws {
    let shape = Self.shape(dropout: 0.3)
    func gradients(_ batches: [[[Int32]]], _ recompute: Recomputation = .none) throws -> [[UInt32]]
    {
      let model = try Self.adapted(.plain, shape)
      for batch in batches {
        let tape = Tape(backend: Self.backend)
        let scores = try Self.scores(
          model, tape, of: batch, update: 2, recompute: recompute)
        try tape.backward(from: scores, seed: [Float](repeating: 1, count: scores.count))
      }
      return model.trainedParameters.map { bits($0.tensor.gradientValues) }
    }
    let whole = try gradients([Self.prompts])
    #expect(try gradients(Self.prompts.map { [$0] }) == whole)
    #expect(try gradients([Array(Self.prompts[..<2]), Array(Self.prompts[2...])]) == whole)
    #expect(try gradients([Self.prompts], .blocks) == whole, "recomputing drops the same")
  }

  @Test func `drops in training only, and anew with every update`() throws {
    let model = try Self.adapted(.plain, Self.shape(dropout: 0.3))
    func scores(_ update: Int?) throws -> [UInt32] {
      bits(try Self.scores(model, Tape(backend: Self.backend), update: update).values)
    }
    let plain = try Self.values(try Self.adapted())
    #expect(try scores(nil) == plain)
    let first = try scores(1)
    #expect(first != plain)
    #expect(try scores(1) == first)
    #expect(try scores(2) != first)
    #expect(try Self.values(try model.dropping(0)) == plain)
  }

  @Test func `knows its layers by their names`() throws {
    let configuration = SmallPlan.plain.configuration
    let layers = configuration.linearLayerNames()
    #expect(
      layers.moduleNames == [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
      ])
    #expect(layers.contains("model.layers.1.mlp.down_proj"))
    #expect(Self.shape(.named(["layers.1.mlp.down_proj"])).unknownTarget(in: configuration) == nil)
    let unknown = Self.shape(.named(["q_proj", "v_prj"])).unknownTarget(in: configuration)
    #expect(unknown?.sentence == "unknown module 'v_prj' of the model; did you mean 'v_proj'?")
    var sorted = LoRAConfiguration()
    sorted.targetModules = ["o_prj"]
    #expect(sorted.targetIssue?.help == "did you mean 'o_proj'?")
    sorted.targetModules = ["gate_proj", "short_conv"]
    #expect(sorted.targetIssue?.path == ["target_modules", "1"])
    sorted.targetModules = [TargetModules.all]
    #expect(sorted.targetIssue == nil && sorted.targetIssue(in: configuration) == nil)
  }

  @Test func `has the scale of its fields`() {
    var given = LoRAConfiguration()
    #expect(given.shape().scale == 1)
    given.rank = 16
    given.alpha = 32
    #expect(given.shape().scale == 2)
    given.usesRankStabilizedScale = true
    #expect(given.shape().scale == 8)
  }
}

import ModelCore
import Reasoning
import TensorCore
import Testing

/// The diagnosis when training diverges: step, operation and sequence; and that no state is lost.
@Suite struct `A diverging step` {
  private func model(_ damage: (String, Tensor) -> Void = { _, _ in }) -> Transformer {
    var configuration = ModelConfiguration()
    configuration.hiddenSize = 16
    configuration.layerCount = 2
    configuration.headCount = 2
    configuration.intermediateSize = 24
    // Untied, so that a non-finite row of the embedding reaches only sequences with that token.
    configuration.tiesEmbeddings = false
    let model = Transformer(
      configuration: configuration, vocabularySize: LadderVocabulary.tokens.count, seed: 1)
    for parameter in model.parameters { damage(parameter.name, parameter.tensor) }
    return model
  }

  private func scale(_ tensor: Tensor, by factor: Float) {
    tensor.fill(from: tensor.values.map { $0 * factor })
  }

  /// Sequences `C 1 <t> …` with different endings; the third has token 40.
  private func examples() throws -> [SupervisedExample] {
    let problem = Problem(family: "chain", difficulty: 1, prompt: "C1", answer: "")
    return try [[10, 11, 12], [10, 13], [10, 40, 11, 1], [10, 14, 15, 1]].map {
      try SupervisedExample.response($0, to: problem)
    }
  }

  /// Returns the error of step 8 on these examples, after checking that no weight has changed.
  private func supervisedError(
    _ model: Transformer, _ examples: [SupervisedExample], lossScaleFactor: Double = 60,
    microBatchSize: Int = 2, recompute: Recomputation = .none
  ) throws -> DivergenceError? {
    let backend = CPUBackend()
    let train = TrainingFixtures.train {
      $0.microBatchSize = microBatchSize
      $0.recompute = recompute
    }
    let trainer = SupervisedTrainer(
      optimization: TrainingState(model: model, configuration: train, backend: backend),
      lossScaleFactor: lossScaleFactor, backend: backend)
    let before = model.parameters.map { $0.tensor.values.map(\.bitPattern) }
    let error = #expect(throws: DivergenceError.self) {
      try trainer.step(7, examples: examples)
    }
    #expect(model.parameters.map { $0.tensor.values.map(\.bitPattern) } == before)
    #expect(trainer.optimization.moments.stepCount == 0)
    #expect(model.parameters.allSatisfy { $0.tensor.gradient == nil })
    return error
  }

  @Test(arguments: Recomputation.allCases)
  func `says where an infinity came from`(recompute: Recomputation) throws {
    let model = model { name, tensor in
      if name == "model.embed_tokens.weight" { tensor.storage[40 * 16 + 5] = .infinity }
    }
    let error = try supervisedError(model, examples(), recompute: recompute)
    #expect(error?.step == 8 && error?.quantity == .loss)
    #expect(
      error?.description
        == "the loss is not finite at step 8: embedding of model.embed_tokens gave inf on the way "
        + "forward, where 'model.embed_tokens.weight' is not finite itself, in sequences 3 to 4 "
        + "of 4, first in 3 ('C1<t>\(LadderVocabulary.decode([10, 40, 11, 1]))'); the weights are "
        + "as the last update left them; lower learning_rate, or raise warmup_steps, and run again")
  }

  @Test(arguments: Recomputation.allCases)
  func `names the layer`(recompute: Recomputation) throws {
    let poisoned = try supervisedError(
      model { name, tensor in
        if name == "model.layers.1.input_layernorm.weight" { tensor.storage[0] = .nan }
      }, examples(), recompute: recompute)
    #expect(
      poisoned?.cause?.finding == "rmsNorm of model.layers.1.self_attn gave nan on the way forward")
    #expect(poisoned?.cause?.weight == "model.layers.1.input_layernorm.weight")
    #expect(poisoned?.cause?.sequences == 0..<2 && poisoned?.cause?.sequence == 0)

    // Every weight is finite, but their product is not.
    let overflown = try supervisedError(
      model { name, tensor in
        if name.hasSuffix("1.mlp.gate_proj.weight") || name.hasSuffix("1.mlp.up_proj.weight") {
          scale(tensor, by: 1e25)
        }
      }, examples(), recompute: recompute)
    #expect(overflown?.quantity == .loss)
    #expect(overflown?.cause?.finding.hasPrefix("swiGLU of model.layers.1.mlp gave ") == true)
    #expect(overflown?.cause?.weight == nil)
  }

  /// Activations of 1e20 that the next layer scales back: the forward pass is finite, the backward
  /// pass is not.
  private func steepModel() -> Transformer {
    model { name, tensor in
      if name.hasSuffix("0.mlp.up_proj.weight") { scale(tensor, by: 1e20) }
      if name.hasSuffix("0.mlp.down_proj.weight") { scale(tensor, by: 1e-20) }
    }
  }

  @Test(arguments: Recomputation.allCases)
  func `tells a gradient from a loss`(recompute: Recomputation) throws {
    let error = try supervisedError(
      steepModel(), examples(), lossScaleFactor: 1e-24, recompute: recompute)
    #expect(error?.quantity == .gradient)
    #expect(error?.cause?.finding.hasPrefix("linear of model.layers.0.mlp gave ") == true)
    #expect(error?.cause?.finding.hasSuffix(" on the way back") == true)
    #expect(error?.cause?.sequence == 0)
  }

  @Test func `says when only the sum of sequences breaks`() throws {
    // Four copies of one example. The largest gradient of one is scaled to 2e38, below the limit of
    // 3.4e38; the sum is above it.
    let example = try examples()[0]
    let backend = CPUBackend()
    let measured = model()
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: measured,
        configuration: TrainingFixtures.train { $0.maxGradientNorm = 1e30 }, backend: backend),
      lossScaleFactor: 1, backend: backend)
    _ = try trainer.step(0, examples: [example])
    let largest = measured.parameters.flatMap(\.tensor.gradientValues).map { abs($0) }.max() ?? 0
    let error = try supervisedError(
      model(), [SupervisedExample](repeating: example, count: 4),
      lossScaleFactor: Double(largest) / 2e38, microBatchSize: 4)
    #expect(error?.quantity == .gradient)
    let cause = try #require(error?.cause)
    #expect(cause.sequences == 0..<4 && cause.sequence == nil)
    #expect(
      cause.description
        == cause.finding + ", in sequences 1 to 4 of 4, though in none of them alone")
  }

  private func policyError(
    _ model: Transformer, lossScaleFactor: Double,
    sampling change: (inout SamplingSettings) -> Void = { _ in }
  ) throws -> DivergenceError? {
    let backend = CPUBackend()
    var sampling = SamplingSettings()
    sampling.maxNewTokens = 10
    change(&sampling)
    var algorithm = AlgorithmConfiguration()
    algorithm.aggregation.mode = .sequenceMeanTokenSumNorm
    algorithm.aggregation.scaleFactor = lossScaleFactor
    var buffer = OverlongBuffer()
    buffer.len = 10
    buffer.penaltyFactor = 1
    let trainer = PolicyTrainer(
      optimization: TrainingState(
        model: model, configuration: TrainingFixtures.train { $0.microBatchSize = 5 },
        backend: backend),
      reference: nil,
      training: PolicyTrainingConfiguration(
        sampling: sampling, numGenerations: 4, reward: RewardConfiguration([buffer]),
        algorithm: algorithm),
      problems: TrainingFixtures.pool(), seed: 2, backend: backend)
    let before = TrainingFixtures.weights(model)
    let error = #expect(throws: DivergenceError.self) { try trainer.step(2) }
    #expect(TrainingFixtures.weights(model) == before)
    return error
  }

  @Test func `of a policy names the operation and the response`() throws {
    let steep = try policyError(steepModel(), lossScaleFactor: 1e-25)
    #expect(steep?.step == 3 && steep?.quantity == .gradient)
    #expect(steep?.cause?.finding.hasPrefix("linear of model.layers.0.mlp gave ") == true)
    #expect(steep?.cause?.opening?.contains("<t>") == true)
    // No operation is the cause if the derivative of the loss is already infinite.
    let loss = try policyError(model(), lossScaleFactor: 1e-42)
    #expect(loss?.cause?.finding.hasPrefix("the derivative of the loss is ") == true)
    #expect(loss?.cause?.sequence == 0)
  }

  @Test func `of a policy says when a target is banned`() throws {
    // A forced token may be banned; its log-probability is then minus infinity.
    let error = try policyError(model(), lossScaleFactor: 10) {
      $0.forcedTokens = [2: LadderVocabulary.padding]
    }
    #expect(error?.step == 3 && error?.quantity == .loss)
    #expect(error?.cause?.finding == "logProbabilities gave -inf on the way forward")
    let text = error?.description ?? ""
    #expect(text.hasPrefix("the loss is not finite at step 3: logProbabilities"))
    #expect(text.contains("in sequences 1 to 4 of 4, first in 1 ('"))
    #expect(text.contains("<pad>"))
  }

  @Test func `is an error that says so when nothing is found again`() {
    #expect(
      DivergenceError(step: 3, quantity: .gradient).description
        == "the gradient is not finite at step 3, though no operation gives such a number when it "
        + "is run again; the weights are as the last update left them; lower learning_rate, or "
        + "raise warmup_steps, and run again")
  }
}

import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `Preference training` {
  private static let beta = 0.5

  private func trainer(
    _ model: Transformer, reference: Transformer? = nil,
    _ change: (inout TrainConfiguration) -> Void = { _ in }
  ) -> PreferenceTrainer {
    let backend = CPUBackend(numerics: .exact, threads: 1)
    return PreferenceTrainer(
      optimization: TrainingState(
        model: model, configuration: TrainingFixtures.train(change), backend: backend),
      reference: reference ?? model.copy(), beta: Self.beta, backend: backend)
  }

  /// Pairs that prefer short responses to long ones, of random tokens.
  private static func pairs(_ step: Int) throws -> [PreferencePair] {
    let problems = TrainingFixtures.pool().all
    return try (0..<5).map { index in
      var stream = RandomStream(seed: 1, purpose: "pairs", UInt64(step), UInt64(index))
      func response(_ count: Int) throws -> SupervisedExample {
        try .response(
          (0..<count).map { _ in Int32(stream.int(in: 9...40)) } + [1],
          to: problems[(5 * step + index) % problems.count])
      }
      return PreferencePair(chosen: try response(2 + index), rejected: try response(6 + index))
    }
  }

  /// Returns the sum of a response's log-probabilities, computed alone.
  private func logProbability(_ example: SupervisedExample, _ model: Transformer) throws -> Double {
    try TrainingFixtures.logProbabilities(
      [(example.tokens, example.weights.map { $0 != 0 })], model
    ).reduce(0) { $0 + Double($1) }
  }

  /// Returns the loss by the paper's formula, without the trainer's code.
  private func loss(
    _ pairs: [PreferencePair], _ model: Transformer, _ reference: Transformer
  ) throws -> Double {
    try pairs.reduce(0) { sum, pair in
      let chosen = try logProbability(pair.chosen, model) - logProbability(pair.chosen, reference)
      let rejected =
        try logProbability(pair.rejected, model) - logProbability(pair.rejected, reference)
      let sigma = 1 / (1 + DeterministicMath.exponential(-Self.beta * (chosen - rejected)))
      return sum - DeterministicMath.logarithm(sigma) / Double(pairs.count)
    }
  }

  @Test func `the loss of a margin, by hand`() {
    // -log σ(0) = log 2, with slope -1/2; -log σ(log 3) = log(4/3), with slope -1/4.
    let zero = PreferenceTrainer.loss(ofMargin: 0)
    #expect(abs(zero.value - 0.6931471805599453) < 1e-15 && zero.derivative == -0.5)
    let positive = PreferenceTrainer.loss(ofMargin: 1.0986122886681098)
    #expect(abs(positive.value - 0.28768207245178085) < 1e-15)
    #expect(abs(positive.derivative + 0.25) < 1e-15)
    let negative = PreferenceTrainer.loss(ofMargin: -1.0986122886681098)
    #expect(abs(negative.value - 1.3862943611198906) < 1e-15)
    #expect(abs(negative.derivative + 0.75) < 1e-15)
    // For large margins the loss is linear, and nothing overflows.
    #expect(PreferenceTrainer.loss(ofMargin: -2000).value == 2000)
    #expect(PreferenceTrainer.loss(ofMargin: -2000).derivative == -1)
    #expect(PreferenceTrainer.loss(ofMargin: 2000).value == 0)
  }

  @Test func `is the paper's loss away from the reference`() throws {
    let (model, reference) = (TrainingFixtures.model(), TrainingFixtures.model(seed: 2))
    let pairs = try Self.pairs(0)
    let expected = try loss(pairs, model, reference)
    let metrics = try trainer(model, reference: reference).step(0, pairs: pairs)
    #expect(abs((metrics["loss"] ?? 0) - expected) < 1e-9)
    #expect(abs(expected - 0.6931) > 0.01)
  }

  @Test func `moves weights against finite differences of the loss`() throws {
    let reference = TrainingFixtures.model(seed: 2)
    let pairs = try Self.pairs(0)
    let model = TrainingFixtures.model()
    let trainer = trainer(model, reference: reference, TrainingFixtures.keepGradients)
    _ = try trainer.step(0, pairs: pairs)
    let fresh = TrainingFixtures.model()
    try SlopeComparison(width: 2e-3, absolute: 2e-3, relative: 0.02, visible: 0.01)
      .expect(trainer.optimization, on: fresh, every: 2) { try loss(pairs, fresh, reference) }
  }

  @Test func `at the reference every margin is nothing, and preference grows from there`() throws {
    let trainer = trainer(TrainingFixtures.model()) { $0.maxSteps = 20 }
    let pairs = try Self.pairs(0)
    let first = try trainer.step(0, pairs: pairs)
    #expect(abs((first["loss"] ?? 0) - 0.6931471805599453) < 1e-12)
    #expect(first["rewards/margins"] == 0 && first["rewards/accuracies"] == 0)
    var last = first
    for step in 1..<20 { last = try trainer.step(step, pairs: pairs) }
    #expect((last["loss"] ?? 1) < 0.5 && last["rewards/accuracies"] == 1)
    #expect((last["rewards/margins"] ?? 0) > 0)
  }

  @Test(arguments: [1, 2, 5]) func `any micro-batch gives the same bits`(size: Int) throws {
    let (whole, split) = (TrainingFixtures.model(), TrainingFixtures.model())
    let (a, b) = (trainer(whole), trainer(split) { $0.microBatchSize = size })
    for step in 0..<3 {
      let metrics = try a.step(step, pairs: Self.pairs(step))
      #expect(try b.step(step, pairs: Self.pairs(step)) == metrics)
    }
    #expect(TrainingFixtures.weights(whole) == TrainingFixtures.weights(split))
  }

  @Test func `a saved state goes on to the same bits, with the reference that there was`() throws {
    let start = TrainingFixtures.model()
    let whole = start.copy()
    let a = trainer(whole, reference: start)
    for step in 0..<4 { _ = try a.step(step, pairs: Self.pairs(step)) }

    let first = trainer(start.copy(), reference: start)
    for step in 0..<2 { _ = try first.step(step, pairs: Self.pairs(step)) }
    let saved = SavedTraining(first.optimization)
    let resumed = TrainingFixtures.model(seed: 99)
    let second = trainer(resumed, reference: start)
    try saved.restore(second.optimization)
    for step in 2..<4 { _ = try second.step(step, pairs: Self.pairs(step)) }
    #expect(TrainingFixtures.weights(resumed) == TrainingFixtures.weights(whole))
  }
}

import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `The loss of a step` {
  private func trainer(
    _ model: Transformer, _ aggregation: SupervisedAggregation,
    _ change: (inout TrainConfiguration) -> Void = { _ in }
  ) -> SupervisedTrainer {
    let backend = CPUBackend(numerics: .exact, threads: 1)
    return SupervisedTrainer(
      optimization: TrainingState(
        model: model, configuration: TrainingFixtures.train(change), backend: backend),
      aggregation: aggregation, lossScaleFactor: 30, backend: backend)
  }

  /// Ten examples of several lengths.
  private func examples() throws -> [SupervisedExample] {
    try TeacherExamples(
      ExampleSource(pool: TrainingFixtures.pool(), truncatedFraction: 0.3), seed: 5, count: 10,
      maxSteps: 4
    ).examples(at: 0)
  }

  private func loss(_ examples: [SupervisedExample], _ model: Transformer) throws -> Double {
    -(try examples.flatMap {
      try TrainingFixtures.logProbabilities([($0.tokens, $0.weights.map { $0 != 0 })], model)
    }.reduce(0) { $0 + Double($1) })
  }

  @Test func `is a mean over the learned tokens of the step, in any micro-batch`() throws {
    let examples = try examples()
    let model = TrainingFixtures.model()
    let count = examples.reduce(0) { $0 + $1.learnedCount }
    let expected = try loss(examples, model) / Double(count)
    var all: [[[Float]]] = []
    for size in [1, 3, 64] {
      let model = TrainingFixtures.model()
      let trainer = trainer(model, .tokenMean) { $0.microBatchSize = size }
      let metrics = try trainer.step(0, examples: examples)
      #expect(abs((metrics["loss"] ?? 0) - expected) < 1e-9)
      _ = try trainer.step(1, examples: Array(examples.prefix(3)))
      all.append(TrainingFixtures.weights(model))
    }
    #expect(all[1] == all[0] && all[2] == all[0])
  }

  @Test func `as a mean moves weights against its finite differences`() throws {
    let examples = try examples()
    let count = Double(examples.reduce(0) { $0 + $1.learnedCount })
    let trainer = trainer(
      TrainingFixtures.model(), .tokenMean, TrainingFixtures.keepGradients)
    _ = try trainer.step(0, examples: examples)
    let fresh = TrainingFixtures.model()
    try SlopeComparison(width: 2e-3, absolute: 2e-3, relative: 0.02, visible: 0.01)
      .expect(trainer.optimization, on: fresh, every: 3) { try loss(examples, fresh) / count }
  }

  @Test func `of packed rows has the sum of the gradients of their examples`() throws {
    let examples = try examples()
    let longest = examples.map(\.tokens.count).max() ?? 0
    let rows = RowPacking.rows(of: examples.map(\.tokens.count), capacity: 2 * longest)
    #expect(rows.count < examples.count && rows.contains { $0.count > 2 })
    let source = ResponseExamples(
      rows: rows.map { $0.map { examples[$0] } }, seed: 1, count: rows.count)
    let step = source.examples(at: 0)
    #expect(step.count == examples.count && Set(step) == Set(examples))

    func gradients(
      _ examples: [SupervisedExample], microBatchSize: Int = 64
    ) throws -> [[Float]] {
      let trainer = trainer(TrainingFixtures.model(), .sequenceMeanTokenSumNorm) {
        TrainingFixtures.keepGradients(&$0)
        $0.promptsPerStep = rows.count
        $0.microBatchSize = microBatchSize
      }
      _ = try trainer.step(0, examples: examples)
      return trainer.optimization.moments.firstMoments.map(\.values)
    }
    let packed = try gradients(step)
    // Examples added up one after another in the same order give the same bits.
    #expect(try gradients(step, microBatchSize: 1) == packed)
    // Each by itself, added up afterwards, is rounded elsewhere.
    let alone = try step.map { try gradients([$0]) }
    for (index, gradient) in packed.enumerated() {
      let largest = gradient.map(abs).max() ?? 0
      for place in gradient.indices {
        let sum = alone.reduce(0) { $0 + Double($1[index][place]) }
        #expect(abs(sum - Double(gradient[place])) <= 1e-5 * Double(largest))
      }
    }
  }
}

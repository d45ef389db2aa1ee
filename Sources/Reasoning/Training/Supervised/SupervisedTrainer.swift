import ModelCore
package import TensorCore

/// Supervised fine-tuning: maximise the log-probability of example tokens.
///
/// Loss of a step = -(sum over examples and tokens of weight × log-probability) / divisor. The
/// divisor is the constant prompts_per_step × loss_scale_factor, with which a token weighs the same
/// in every step, or the number of learned tokens of the step (`SupervisedAggregation`).
package final class SupervisedTrainer {
  /// The figures of every step's row.
  package static let figures = ["loss", "grad_norm", "learning_rate", "num_tokens"]

  package let optimization: TrainingState
  private let aggregation: SupervisedAggregation
  private let lossScaleFactor: Double
  private let backend: any Backend

  package init(
    optimization: TrainingState,
    aggregation: SupervisedAggregation = .sequenceMeanTokenSumNorm, lossScaleFactor: Double,
    backend: any Backend
  ) {
    self.optimization = optimization
    self.aggregation = aggregation
    self.lossScaleFactor = lossScaleFactor
    self.backend = backend
  }

  /// Runs one update on the step's examples.
  /// - Parameters:
  ///   - step: counted from 0.
  ///   - examples: `prompts_per_step` of them, or those of as many rows.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are untouched.
  package func step(_ step: Int, examples: [SupervisedExample]) throws -> StepMetrics {
    let configuration = optimization.configuration
    backend.beginStep()
    optimization.zeroGradients()
    let divisor = divisor(of: examples)
    var loss = 0.0
    for range in optimization.passes.ranges(of: examples.map(\.tokens.count)) {
      try pass(
        over: examples[range], divisor: divisor, on: Tape(backend: backend), addingTo: &loss)
    }
    let norm: Double
    do {
      guard loss.isFinite else { throw DivergenceError(step: step + 1, quantity: .loss) }
      norm = try optimization.update(step: step)
    } catch var error as DivergenceError {
      error.cause = try cause(in: examples)
      throw error
    }

    var metrics = StepMetrics(step: step + 1)
    metrics["loss"] = loss
    metrics["grad_norm"] = norm
    metrics["learning_rate"] = configuration.learningRate(at: step)
    metrics["num_tokens"] = Double(examples.reduce(0) { $0 + $1.tokens.count - 1 })
    return metrics
  }

  /// Runs forward and backward over one micro-batch. The loss is accumulated token by token, so
  /// that its bits do not depend on how the batch was divided.
  private func pass(
    over examples: ArraySlice<SupervisedExample>, divisor: Double, on tape: Tape,
    addingTo loss: inout Double
  ) throws {
    let batch = PackedBatch(
      sequences: examples.map { ($0.tokens, $0.weights.map { $0 != 0 }) })
    let weights = examples.flatMap { $0.weights.dropFirst().filter { $0 != 0 } }
    tape.noise = optimization.noise(of: batch)
    let hidden = try optimization.model.forward(
      tape, tokens: batch.tokens, layout: batch.layout,
      recompute: optimization.configuration.recompute)
    let logProbabilities = try tape.logProbabilities(
      hidden, table: optimization.model.lmHead, rows: batch.rows, targets: batch.targets,
      temperature: 1, banned: [])
    for (logProbability, weight) in zip(logProbabilities.values, weights) {
      loss -= Double(logProbability) * Double(weight) / divisor
    }
    try tape.backward(
      from: logProbabilities, seed: weights.map { -Float(Double($0) / divisor) })
  }

  private func divisor(of examples: [SupervisedExample]) -> Double {
    aggregation.divisor(
      of: examples, rows: optimization.configuration.promptsPerStep,
      lossScaleFactor: lossScaleFactor)
  }

  private func cause(in examples: [SupervisedExample]) throws -> DivergenceCause? {
    let divisor = divisor(of: examples)
    return try DivergenceSearch(
      optimization: optimization, backend: backend, sequences: examples.map(\.tokens)
    ).cause { range, tape in
      var loss = 0.0
      try pass(over: examples[range], divisor: divisor, on: tape, addingTo: &loss)
      return loss
    }
  }
}

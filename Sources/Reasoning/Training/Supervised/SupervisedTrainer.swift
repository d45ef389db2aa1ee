import ModelCore
package import TensorCore

/// Supervised fine-tuning: maximise the log-probability of example tokens.
///
/// Loss of a step = -(sum over examples and tokens of weight × log-probability)
/// / (prompts_per_step × loss_scale_factor). The divisor is a constant, because a mean over the
/// tokens of a batch would give the tokens of short examples more weight than those of long ones.
package final class SupervisedTrainer {
  /// The figures of every step's row.
  package static let figures = ["loss", "grad_norm", "learning_rate", "num_tokens"]

  package let optimization: TrainingState
  private let lossScaleFactor: Double
  private let backend: any Backend

  package init(optimization: TrainingState, lossScaleFactor: Double, backend: any Backend) {
    self.optimization = optimization
    self.lossScaleFactor = lossScaleFactor
    self.backend = backend
  }

  /// Runs one update on the step's examples.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are untouched.
  package func step(_ step: Int, examples: [SupervisedExample]) throws -> StepMetrics {
    let configuration = optimization.configuration
    backend.beginStep()
    optimization.zeroGradients()
    var loss = 0.0
    for range in optimization.passes.ranges(of: examples.map(\.tokens.count)) {
      try pass(over: examples[range], on: Tape(backend: backend), addingTo: &loss)
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
    over examples: ArraySlice<SupervisedExample>, on tape: Tape, addingTo loss: inout Double
  ) throws {
    let configuration = optimization.configuration
    let divisor = Double(configuration.promptsPerStep) * lossScaleFactor
    let batch = PackedBatch(
      sequences: examples.map { ($0.tokens, $0.weights.map { $0 != 0 }) })
    let weights = examples.flatMap { $0.weights.dropFirst().filter { $0 != 0 } }
    let hidden = try optimization.model.forward(
      tape, tokens: batch.tokens, layout: batch.layout, recompute: configuration.recompute)
    let logProbabilities = try tape.logProbabilities(
      hidden, table: optimization.model.lmHead, rows: batch.rows, targets: batch.targets,
      temperature: 1, banned: [])
    for (logProbability, weight) in zip(logProbabilities.values, weights) {
      loss -= Double(logProbability) * Double(weight) / divisor
    }
    try tape.backward(
      from: logProbabilities, seed: weights.map { -Float(Double($0) / divisor) })
  }

  private func cause(in examples: [SupervisedExample]) throws -> DivergenceCause? {
    try DivergenceSearch(
      optimization: optimization, backend: backend, sequences: examples.map(\.tokens)
    ).cause { range, tape in
      var loss = 0.0
      try pass(over: examples[range], on: tape, addingTo: &loss)
      return loss
    }
  }
}

import ModelCore
package import TensorCore

/// Supervised fine-tuning: maximise the log-probability of example tokens.
///
/// Loss of a step = -(sum over examples and tokens of weight × log-probability)
/// / (prompts_per_step × loss_scale_factor). The divisor is a constant, because a mean over the
/// tokens of a batch would give the tokens of short examples more weight than those of long ones.
package final class SupervisedTrainer {
  package let optimization: Optimization
  private let lossScaleFactor: Double
  private let backend: any Backend

  package init(optimization: Optimization, lossScaleFactor: Double, backend: any Backend) {
    self.optimization = optimization
    self.lossScaleFactor = lossScaleFactor
    self.backend = backend
  }

  /// One update on the step's examples.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are untouched.
  package func step(_ step: Int, examples: [SupervisedExample]) throws -> StepMetrics {
    let configuration = optimization.configuration
    let divisor = Double(configuration.promptsPerStep) * lossScaleFactor
    optimization.zeroGradients()
    var loss = 0.0
    var tokenCount = 0
    for range in examples.chunkRanges(of: configuration.microBatchSize) {
      let part = examples[range]
      let batch = PackedBatch(
        sequences: part.map { ($0.tokens, $0.weights.map { $0 != 0 }) })
      let weights = part.flatMap { $0.weights.dropFirst().filter { $0 != 0 } }
      let tape = Tape(backend: backend)
      let hidden = try optimization.model.forward(tape, tokens: batch.tokens, layout: batch.layout)
      let logProbabilities = try tape.logProbabilities(
        hidden, table: optimization.model.outputTable, rows: batch.rows, targets: batch.targets,
        temperature: 1, banned: [])
      for (logProbability, weight) in zip(logProbabilities.values, weights) {
        loss -= Double(logProbability) * Double(weight) / divisor
      }
      tokenCount += batch.tokens.count
      try tape.backward(
        from: logProbabilities, seed: weights.map { -Float(Double($0) / divisor) })
    }
    guard loss.isFinite else { throw DivergenceError(step: step + 1, quantity: "the loss") }
    let norm = try optimization.update(step: step)

    var metrics = StepMetrics(step: step + 1)
    metrics["loss"] = loss
    metrics["grad_norm"] = norm
    metrics["learning_rate"] = configuration.learningRate(at: step)
    metrics["num_tokens"] = Double(tokenCount)
    return metrics
  }
}

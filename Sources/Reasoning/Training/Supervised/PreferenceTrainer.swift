package import ModelCore
package import TensorCore

/// A chosen and a rejected response to the same prompt.
package struct PreferencePair: Sendable, Hashable {
  package var chosen: SupervisedExample
  package var rejected: SupervisedExample

  package init(chosen: SupervisedExample, rejected: SupervisedExample) {
    self.chosen = chosen
    self.rejected = rejected
  }

  var tokens: [Int32] { chosen.tokens + rejected.tokens }
}

/// Direct preference optimisation.
///
/// With m = β [(log π(c) - log πref(c)) - (log π(r) - log πref(r))], c the chosen and r the
/// rejected response, log π(y) the sum over its tokens, the loss of a step is the mean over pairs
/// of -log σ(m), whose derivative with respect to log π(c) is -β σ(-m). Rafailov et al. 2023 (arXiv
/// 2305.18290), eq. 7. πref is the starting policy.
package final class PreferenceTrainer {
  /// The figures of every step's row.
  package static let figures = [
    "loss", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins",
    "logps/chosen", "logps/rejected", "grad_norm", "learning_rate", "num_tokens",
  ]

  package let optimization: TrainingState
  private let reference: Transformer
  private let beta: Double
  private let backend: any Backend

  /// Creates a trainer.
  /// - Parameter reference: the starting policy, frozen.
  package init(
    optimization: TrainingState, reference: Transformer, beta: Double, backend: any Backend
  ) {
    self.optimization = optimization
    self.reference = reference
    self.beta = beta
    self.backend = backend
  }

  /// Returns -log σ(m) and its derivative with respect to m.
  package static func loss(ofMargin m: Double) -> (value: Double, derivative: Double) {
    // The exponential of a number that is not positive cannot overflow.
    let small = DeterministicMath.exponential(-abs(m))
    let value = max(-m, 0) + DeterministicMath.logarithm(1 + small)
    let sigmoidOfMinus = (m >= 0 ? small : 1) / (1 + small)
    return (value, -sigmoidOfMinus)
  }

  /// Runs one update on the step's pairs.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are untouched.
  package func step(_ step: Int, pairs: [PreferencePair]) throws -> StepMetrics {
    backend.beginStep()
    optimization.zeroGradients()
    var sums = PreferenceSums()
    for range in passes.ranges(of: pairs.map(\.tokens.count)) {
      try pass(over: pairs[range], of: pairs.count, on: Tape(backend: backend), addingTo: &sums)
    }
    let norm: Double
    do {
      guard sums.loss.isFinite else { throw DivergenceError(step: step + 1, quantity: .loss) }
      norm = try optimization.update(step: step)
    } catch var error as DivergenceError {
      error.cause = try DivergenceSearch(
        optimization: optimization, backend: backend, sequences: pairs.map(\.tokens)
      ).cause { range, tape in
        var sums = PreferenceSums()
        try pass(over: pairs[range], of: pairs.count, on: tape, addingTo: &sums)
        return sums.loss
      }
      throw error
    }

    var metrics = StepMetrics(step: step + 1)
    sums.describe(pairs: pairs.count, in: &metrics)
    metrics["grad_norm"] = norm
    metrics["learning_rate"] = optimization.configuration.learningRate(at: step)
    metrics["num_tokens"] = Double(pairs.reduce(0) { $0 + $1.tokens.count - 2 })
    return metrics
  }

  /// Both responses of a pair are in the same pass, because its margin decides the gradient of
  /// both.
  private var passes: MicroBatching {
    MicroBatching(
      microBatchSize: max(1, optimization.configuration.microBatchSize / 2), backend: backend)
  }

  /// Runs forward and backward over some pairs of a step of `count`.
  private func pass(
    over pairs: ArraySlice<PreferencePair>, of count: Int, on tape: Tape,
    addingTo sums: inout PreferenceSums
  ) throws {
    let examples = pairs.flatMap { [$0.chosen, $0.rejected] }
    let current = try logProbabilities(of: examples, under: optimization.model, on: tape)
    let frozen = try logProbabilities(
      of: examples, under: reference, on: Tape(backend: backend, recording: false)
    ).values
    let values = current.values
    var seeds = [Float](repeating: 0, count: values.count)
    var row = 0
    for pair in pairs {
      let chosen = row..<row + pair.chosen.learnedCount
      let rejected = chosen.upperBound..<chosen.upperBound + pair.rejected.learnedCount
      row = rejected.upperBound
      let rewards = [chosen, rejected].map { rows in
        beta * rows.reduce(0) { $0 + Double(values[$1]) - Double(frozen[$1]) }
      }
      let (loss, derivative) = Self.loss(ofMargin: rewards[0] - rewards[1])
      let seed = Float(beta * derivative / Double(count))
      for row in chosen { seeds[row] = seed }
      for row in rejected { seeds[row] = -seed }
      sums.add(
        loss: loss / Double(count), chosenReward: rewards[0], rejectedReward: rewards[1],
        chosen: values[chosen], rejected: values[rejected])
    }
    try tape.backward(from: current, seed: seeds)
  }

  private func logProbabilities(
    of examples: [SupervisedExample], under model: Transformer, on tape: Tape
  ) throws -> Tensor {
    let batch = PackedBatch(
      sequences: examples.map { ($0.tokens, $0.weights.map { $0 != 0 }) })
    if tape.isRecording { tape.noise = optimization.noise(of: batch) }
    let hidden = try model.forward(
      tape, tokens: batch.tokens, layout: batch.layout,
      recompute: optimization.configuration.recompute)
    return try tape.logProbabilities(
      hidden, table: model.lmHead, rows: batch.rows, targets: batch.targets,
      temperature: 1, banned: [])
  }
}

/// The accumulated figures of the pairs of one step, in their order.
private struct PreferenceSums {
  private(set) var loss = 0.0
  private var rewards = (chosen: 0.0, rejected: 0.0)
  private var logProbabilities = (chosen: 0.0, rejected: 0.0)
  private var rightCount = 0

  mutating func add(
    loss: Double, chosenReward: Double, rejectedReward: Double, chosen: ArraySlice<Float>,
    rejected: ArraySlice<Float>
  ) {
    self.loss += loss
    rewards.chosen += chosenReward
    rewards.rejected += rejectedReward
    logProbabilities.chosen += chosen.reduce(0) { $0 + Double($1) }
    logProbabilities.rejected += rejected.reduce(0) { $0 + Double($1) }
    if chosenReward > rejectedReward { rightCount += 1 }
  }

  func describe(pairs: Int, in metrics: inout StepMetrics) {
    let n = Double(pairs)
    metrics["loss"] = loss
    metrics["rewards/chosen"] = rewards.chosen / n
    metrics["rewards/rejected"] = rewards.rejected / n
    metrics["rewards/accuracies"] = Double(rightCount) / n
    metrics["rewards/margins"] = (rewards.chosen - rewards.rejected) / n
    metrics["logps/chosen"] = logProbabilities.chosen / n
    metrics["logps/rejected"] = logProbabilities.rejected / n
  }
}

import ModelCore
import TensorCore

/// The optimiser steps on one rollout.
struct PolicyUpdate {
  let algorithm: AlgorithmConfiguration
  let maxNewTokens: Int
  let optimization: TrainingState
  let scorer: LogProbabilityScorer
  let seed: UInt64
  let backend: any Backend

  func run(on groups: [[ScoredEpisode]], step: Int) throws -> UpdateSums {
    var sums = UpdateSums()
    for iteration in 0..<algorithm.numIterations {
      var order = Array(groups.indices)
      var stream = RandomStream(
        seed: seed, purpose: "rl.minibatch", UInt64(step), UInt64(iteration))
      stream.shuffle(&order)
      // Mini-batches are as even as possible: their sizes differ by one prompt at most.
      let count = min(algorithm.numMiniBatches, order.count)
      for index in 0..<count {
        let range = index * order.count / count..<(index + 1) * order.count / count
        try update(on: order[range].flatMap { groups[$0] }, step: step, sums: &sums)
      }
    }
    return sums
  }

  private func update(on batch: [ScoredEpisode], step: Int, sums: inout UpdateSums) throws {
    let weights = algorithm.aggregation.weights(
      tokenCounts: batch.map(\.tokenCount), maxNewTokens: maxNewTokens)
    // Sequences without a gradient are left out of the passes; the weights above already count
    // them.
    let chargesDivergence = algorithm.needsReference && algorithm.kl.placement == .loss
    let active = zip(batch, weights).flatMap { episode, weight in
      weight == 0
        ? []
        : episode.parts.filter { chargesDivergence || !$0.movesNothing }.map { ($0, weight) }
    }
    optimization.zeroGradients()
    for range in optimization.passes.ranges(of: active.map(\.0.sequence.tokens.count)) {
      try pass(over: active[range], on: Tape(backend: backend), sums: &sums)
    }
    do {
      guard sums.loss.isFinite else { throw DivergenceError(step: step + 1, quantity: .loss) }
      // If no sequence of the batch has a gradient, the update is skipped, because AdamW would
      // still move the weights by momentum.
      guard !active.isEmpty else {
        sums.skippedUpdates += 1
        return
      }
      sums.add(norm: try optimization.update(step: step))
    } catch var error as DivergenceError {
      error.cause = try DivergenceSearch(
        optimization: optimization, backend: backend,
        sequences: active.map(\.0.sequence.tokens)
      ).cause { range, tape in
        var sums = UpdateSums()
        try pass(over: active[range], on: tape, sums: &sums)
        return sums.loss
      }
      throw error
    }
  }

  /// Runs forward and backward over one micro-batch of sequences, with the weights of their tokens.
  private func pass(
    over part: ArraySlice<(ScoredSequence, Double)>, on tape: Tape, sums: inout UpdateSums
  ) throws {
    let objective = PolicyObjective(algorithm)
    let current = try scorer.logProbabilities(
      of: part.map(\.0.sequence), under: optimization.model, on: tape)
    let values = current.values
    var seeds = [Float](repeating: 0, count: values.count)
    var row = 0
    for (scored, weight) in part {
      let old = scored.sequence.logProbabilities
      let logRatios = algorithm.importanceSamplingLevel.logRatios(
        old.indices.map { Double(values[row + $0]) - Double(old[$0]) })
      for index in scored.advantages.indices {
        let token = objective.loss(
          logProbability: Double(values[row]), logRatio: logRatios[index],
          referenceLogProbability: scored.reference.map { Double($0[index]) },
          advantage: scored.advantages[index])
        seeds[row] = Float(weight * token.derivative)
        sums.add(token, weight: weight)
        row += 1
      }
    }
    try tape.backward(from: current, seed: seeds)
  }
}

/// The accumulated figures of the updates of one step.
struct UpdateSums {
  var loss = 0.0
  var skippedUpdates = 0
  private var norms: [Double] = []
  private var tokens = 0
  private var clippedLow = 0
  private var clippedHigh = 0

  mutating func add(_ token: TokenLoss, weight: Double) {
    loss += weight * token.value
    tokens += 1
    switch token.clip {
    case .low, .dual: clippedLow += 1
    case .high: clippedHigh += 1
    case nil: break
    }
  }

  mutating func add(norm: Double) { norms.append(norm) }

  func describe(in metrics: inout StepMetrics) {
    let updates = Double(norms.count + skippedUpdates)
    metrics["loss"] = updates == 0 ? 0 : loss / updates
    metrics["grad_norm"] = norms.isEmpty ? 0 : norms.reduce(0, +) / Double(norms.count)
    let total = Double(max(tokens, 1))
    metrics["clip_ratio/low_mean"] = Double(clippedLow) / total
    metrics["clip_ratio/high_mean"] = Double(clippedHigh) / total
    metrics["clip_ratio/region_mean"] = Double(clippedLow + clippedHigh) / total
  }
}

package import ModelCore
package import TensorCore

/// What a reinforcement learning run is made of, beside the optimiser.
package struct PolicyTraining: Sendable {
  package var sampling: SamplingSettings
  /// Of the sampler's keys and values; the trainer's own are always whole.
  package var cachePrecision: CachePrecision
  package var numGenerations: Int
  package var reward: RewardConfiguration
  package var algorithm: AlgorithmConfiguration

  package init(
    sampling: SamplingSettings, cachePrecision: CachePrecision = .float32, numGenerations: Int,
    reward: RewardConfiguration, algorithm: AlgorithmConfiguration
  ) {
    self.sampling = sampling
    self.cachePrecision = cachePrecision
    self.numGenerations = numGenerations
    self.reward = reward
    self.algorithm = algorithm
  }
}

/// Reinforcement learning on verified answers, in slots: sample groups, reward them, turn rewards
/// into advantages, move the policy by the chosen loss.
///
/// A step depends on the weights, the moments, the seed and its number alone, so a run that is
/// resumed from the end of any step goes on as if nothing had happened.
package final class PolicyTrainer {
  private let optimization: Optimization
  private let reference: Transformer?
  private let training: PolicyTraining
  private let problems: ProblemPool
  private let seed: UInt64
  private let backend: any Backend
  private let sampler: RolloutSampler
  private let estimator: any AdvantageEstimator

  /// - Parameter reference: the starting policy, frozen; needed when the algorithm charges a
  ///   divergence from it.
  /// - Precondition: the algorithm's fields were validated.
  package init(
    optimization: Optimization, reference: Transformer?, training: PolicyTraining,
    problems: ProblemPool, seed: UInt64, backend: any Backend
  ) {
    precondition(
      reference != nil || !training.algorithm.needsReference, "a divergence needs a reference")
    guard let estimator = AdvantageEstimators.named(training.algorithm.advEstimator) else {
      preconditionFailure("adv_estimator is validated against the registry")
    }
    self.optimization = optimization
    self.reference = reference
    self.training = training
    self.problems = problems
    self.seed = seed
    self.backend = backend
    self.estimator = estimator
    sampler = RolloutSampler(
      model: optimization.model, backend: backend, settings: training.sampling,
      numGenerations: training.numGenerations, seed: seed, purpose: "rl.sample",
      cachePrecision: training.cachePrecision)
  }

  /// One rollout and the updates on it.
  /// - Parameter step: counted from 0.
  /// - Throws: `DivergenceError` when loss or gradient is not finite; the weights are as the last
  ///   update left them.
  package func step(_ step: Int) throws -> StepMetrics {
    backend.beginStep()
    var stream = RandomStream(seed: seed, purpose: "rl.prompts", UInt64(step))
    let drawn = problems.drawDistinct(
      optimization.configuration.promptsPerStep, using: &stream)
    let groups = try sampler.sample(drawn, step: step)
    let rewards = groups.map { group in
      training.reward.rewards(for: responseGroup(group, step: step))
    }
    let scored = try score(groups, rewards: rewards.map(\.total))

    var metrics = StepMetrics(step: step + 1)
    describe(groups, rewards: rewards, scored: scored, in: &metrics)
    try update(on: scored, step: step, metrics: &metrics)
    metrics["learning_rate"] = optimization.configuration.learningRate(at: step)
    return metrics
  }

  private func responseGroup(_ group: [Rollout], step: Int) -> ResponseGroup {
    ResponseGroup(
      responses: group.map(\.graded), maxNewTokens: training.sampling.maxNewTokens,
      progress: Double(step) / Double(optimization.configuration.maxSteps))
  }

  // MARK: Advantages

  /// Turns rewards into per-token advantages, the divergence charged where the algorithm says.
  private func score(_ groups: [[Rollout]], rewards: [[Double]]) throws -> [[ScoredRollout]] {
    let algorithm = training.algorithm
    let advantages = algorithm.scaleRewards.advantages(rewards: rewards, estimator: estimator)
    let references = try referenceLogProbabilities(of: groups)
    return groups.indices.map { group in
      groups[group].indices.map { sample in
        let rollout = groups[group][sample]
        let advantage = advantages[group][sample]
        let reference = references?[group][sample]
        var tokenAdvantages = rollout.response.tokens.map { _ in advantage }
        if let reference, algorithm.klPlacement == .reward {
          tokenAdvantages = KLReward.advantages(
            advantage, logProbabilities: rollout.response.logProbabilities.map(Double.init),
            referenceLogProbabilities: reference.map(Double.init),
            coefficient: algorithm.klCoef, estimator: algorithm.klEstimator)
        }
        return ScoredRollout(
          rollout: rollout, advantages: tokenAdvantages, reference: reference,
          isMasked: algorithm.maskTruncatedCompletions && rollout.response.stop == .length)
      }
    }
  }

  /// Of every sampled token under the reference policy; nil without one.
  private func referenceLogProbabilities(of groups: [[Rollout]]) throws -> [[[Float]]]? {
    guard let reference, training.algorithm.needsReference else { return nil }
    let rollouts = groups.flatMap { $0 }
    var flat: [[Float]] = []
    for range in optimization.passes.ranges(of: rollouts.map(\.tokens.count)) {
      let tape = Tape(backend: backend, recording: false)
      var values = try logProbabilities(of: Array(rollouts[range]), under: reference, on: tape)
        .values[...]
      for rollout in rollouts[range] {
        let count = rollout.response.tokens.count
        flat.append(Array(values.prefix(count)))
        values = values.dropFirst(count)
      }
    }
    return groups.indices.map { group in
      let start = groups[..<group].reduce(0) { $0 + $1.count }
      return Array(flat[start..<start + groups[group].count])
    }
  }

  /// Of every sampled token, under the distribution it was sampled from (before top-k, top-p and
  /// min-p). In `exact` numerics and for the sampling weights these are the sampler's bits.
  private func logProbabilities(
    of rollouts: [Rollout], under model: Transformer, on tape: Tape
  ) throws -> Tensor {
    let batch = PackedBatch(sequences: rollouts.map { ($0.tokens, $0.isChosen) })
    let hidden = try model.forward(
      tape, tokens: batch.tokens, layout: batch.layout,
      recompute: optimization.configuration.recompute)
    let temperature = training.sampling.temperature
    return try tape.logProbabilities(
      hidden, table: model.outputTable, rows: batch.rows, targets: batch.targets,
      temperature: temperature == 0 ? 1 : Float(temperature),
      banned: sampler.settings.bannedTokens)
  }

  // MARK: Updates

  private func update(
    on groups: [[ScoredRollout]], step: Int, metrics: inout StepMetrics
  ) throws {
    let algorithm = training.algorithm
    var sums = UpdateSums()
    for iteration in 0..<algorithm.numIterations {
      var order = Array(groups.indices)
      var stream = RandomStream(
        seed: seed, purpose: "rl.minibatch", UInt64(step), UInt64(iteration))
      stream.shuffle(&order)
      // As even as they can be: their sizes differ by one prompt at most.
      let count = min(algorithm.numMiniBatches, order.count)
      for index in 0..<count {
        let range = index * order.count / count..<(index + 1) * order.count / count
        let batch = order[range].flatMap { groups[$0] }
        try update(onBatch: batch, step: step, sums: &sums)
      }
    }
    sums.describe(in: &metrics)
  }

  private func update(onBatch batch: [ScoredRollout], step: Int, sums: inout UpdateSums) throws {
    let algorithm = training.algorithm
    let weights = algorithm.lossAggMode.weights(
      tokenCounts: batch.map { $0.isMasked ? 0 : $0.rollout.response.tokens.count },
      scaleFactor: algorithm.lossScaleFactor ?? Double(training.sampling.maxNewTokens))
    // What moves nothing is left out of the passes; it was counted in the weights above.
    let chargesDivergence = algorithm.needsReference && algorithm.klPlacement == .loss
    let active = zip(batch, weights).filter { scored, weight in
      weight > 0 && (chargesDivergence || scored.advantages.contains { $0 != 0 })
    }
    optimization.zeroGradients()
    for range in optimization.passes.ranges(of: active.map(\.0.rollout.tokens.count)) {
      try pass(over: active[range], on: Tape(backend: backend), sums: &sums)
    }
    do {
      guard sums.loss.isFinite else { throw DivergenceError(step: step + 1, quantity: .loss) }
      // A batch in which every group agrees has nothing to teach; AdamW would still move on momentum.
      guard !active.isEmpty else {
        sums.skippedUpdates += 1
        return
      }
      sums.add(norm: try optimization.update(step: step))
    } catch var error as DivergenceError {
      error.cause = try DivergenceSearch(
        optimization: optimization, backend: backend,
        sequences: active.map(\.0.rollout.tokens)
      ).cause { range, tape in
        var sums = UpdateSums()
        try pass(over: active[range], on: tape, sums: &sums)
        return sums.loss
      }
      throw error
    }
  }

  /// Forward and backward over one micro-batch of responses with the weights of their tokens.
  private func pass(
    over part: ArraySlice<(ScoredRollout, Double)>, on tape: Tape, sums: inout UpdateSums
  ) throws {
    let objective = PolicyObjective(training.algorithm)
    let current = try logProbabilities(
      of: part.map(\.0.rollout), under: optimization.model, on: tape)
    let values = current.values
    var seeds = [Float](repeating: 0, count: values.count)
    var row = 0
    for (scored, weight) in part {
      for index in scored.advantages.indices {
        let token = objective.token(
          logProbability: Double(values[row]),
          oldLogProbability: Double(scored.rollout.response.logProbabilities[index]),
          referenceLogProbability: scored.reference.map { Double($0[index]) },
          advantage: scored.advantages[index])
        seeds[row] = Float(weight * token.derivative)
        sums.add(token, weight: weight)
        row += 1
      }
    }
    try tape.backward(from: current, seed: seeds)
  }

  // MARK: Figures

  private func describe(
    _ groups: [[Rollout]], rewards: [(total: [Double], parts: [String: [Double]])],
    scored: [[ScoredRollout]], in metrics: inout StepMetrics
  ) {
    let rollouts = groups.flatMap { $0 }
    let n = Double(rollouts.count)
    let lengths = rollouts.map { Double($0.response.tokens.count) }
    metrics["reward"] = rewards.flatMap(\.total).reduce(0, +) / n
    metrics["reward_std"] =
      rewards.map { RewardScaling.standardDeviation($0.total) }.reduce(0, +) / Double(groups.count)
    metrics["frac_reward_zero_std"] =
      Double(rewards.count { Set($0.total).count <= 1 }) / Double(groups.count)
    for term in training.reward.terms.map({ type(of: $0).name }) {
      metrics["rewards/\(term)/mean"] =
        rewards.flatMap { $0.parts[term] ?? [] }.reduce(0, +) / n
    }
    metrics["accuracy"] = Double(rollouts.count { $0.graded.isCorrect }) / n
    metrics["completions/mean_length"] = lengths.reduce(0, +) / n
    metrics["completions/max_length"] = lengths.max() ?? 0
    metrics["completions/clipped_ratio"] =
      Double(rollouts.count { $0.response.stop == .length }) / n
    metrics["num_tokens"] = lengths.reduce(0, +)
    if training.algorithm.needsReference {
      let tokens = scored.joined().flatMap { scored in
        zip(scored.rollout.response.logProbabilities, scored.reference ?? []).map {
          KLEstimator.k3.token(
            logProbability: Double($0), referenceLogProbability: Double($1)
          ).value
        }
      }
      metrics["kl"] = tokens.isEmpty ? 0 : tokens.reduce(0, +) / Double(tokens.count)
    }
  }
}

/// A rollout with what the loss needs of it.
private struct ScoredRollout {
  var rollout: Rollout
  /// One a sampled token.
  var advantages: [Double]
  /// Log-probabilities of the sampled tokens under the reference policy.
  var reference: [Float]?
  /// Left out of the loss, for being unfinished.
  var isMasked: Bool
}

/// What the updates of one step add up to.
private struct UpdateSums {
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

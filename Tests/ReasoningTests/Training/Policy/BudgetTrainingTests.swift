import ModelCore
import Reasoning
import TensorCore
import Testing

/// Compares a training step on cut thoughts with advantages and gradients computed here.
@Suite struct `Training on cut thoughts` {
  private static let plan = BudgetPlan(
    budgets: [1, 3, 6], weights: [0.5, 0.3, 0.2], summariesPerBudget: 2)
  private static let problems = Array(Answerer.problems.prefix(5))

  private func trainer(
    _ model: Transformer, rollout: any RolloutSpecification, threads: Int = 1,
    _ change: (inout AlgorithmConfiguration) -> Void = { _ in },
    train: (inout TrainConfiguration) -> Void = { _ in }
  ) -> (PolicyTrainer, TrainingState) {
    var algorithm = AlgorithmConfiguration()
    algorithm.estimator = BRPO()
    algorithm.scaleRewards = .none
    change(&algorithm)
    var sampling = SamplingSettings()
    sampling.maxNewTokens = 14
    let backend = CPUBackend(numerics: .exact, threads: threads)
    let configuration = TrainingFixtures.train {
      $0.promptsPerStep = Self.problems.count
      train(&$0)
    }
    let optimization = TrainingState(model: model, configuration: configuration, backend: backend)
    let trainer = PolicyTrainer(
      optimization: optimization, reference: nil,
      training: PolicyTrainingConfiguration(
        rollout: rollout, sampling: sampling, numGenerations: 3, reward: RewardConfiguration(),
        algorithm: algorithm),
      problems: ProblemPool(Self.problems), seed: 5, backend: backend)
    return (trainer, optimization)
  }

  /// Returns all sequences of a step with the advantage of each chosen token, by the notes on the
  /// paper: R_j, the two baselines with weights 2^k, and summaries against the mean of their cut.
  private func scored(
    _ groups: [EpisodeGroup]
  ) -> [(sequence: TrainingSequence, advantages: [Double])] {
    let p = Self.plan.weights
    let m = p.count
    return groups.flatMap { group -> [(sequence: TrainingSequence, advantages: [Double])] in
      func rest(_ r: [Double], _ j: Int) -> Double {
        (j..<m).reduce(0) { $0 + p[$1] * r[$1] }
      }
      return group.episodes.flatMap { episode in
        let r = episode.budgetScores
        let a = (0..<m).map { j -> Double in
          let v2 =
            group.episodes.reduce(0) { $0 + rest($1.budgetScores, j) }
            / Double(group.episodes.count)
          var (top, bottom) = (0.0, 0.0)
          var weight = 1.0
          for k in 0..<j {
            top += weight * r[k]
            bottom += weight
            weight *= 2
          }
          let v1 = j == 0 ? 0 : top / bottom * p[j...].reduce(0, +)
          return rest(r, j) - (Double(j) * v1 + Double(m - j) * v2) / Double(m)
        }
        let chain = (
          sequence: episode.sequence, advantages: episode.segments.map { $0.map { a[$0] } ?? 0 }
        )
        let summaries = episode.summaries.flatMap { cut in
          let mean = cut.reduce(0) { $0 + $1.reward } / Double(cut.count)
          return cut.map {
            (
              sequence: $0.sequence,
              advantages: [Double](repeating: $0.reward - mean, count: $0.sequence.sampledCount)
            )
          }
        }
        return [chain] + summaries
      }
    }
  }

  /// Returns -Σ A exp(log π - log πold) / N, which is the loss as long as nothing is clipped.
  private func loss(
    _ parts: [(sequence: TrainingSequence, advantages: [Double])], _ model: Transformer
  ) throws -> Double {
    let batch = PackedBatch(sequences: parts.map { ($0.sequence.tokens, $0.sequence.isSampled) })
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let hidden = try model.forward(tape, tokens: batch.tokens, layout: batch.layout)
    let values = try tape.logProbabilities(
      hidden, table: model.lmHead, rows: batch.rows, targets: batch.targets, temperature: 1,
      banned: LadderVocabulary.banned
    ).values
    let old = parts.flatMap(\.sequence.logProbabilities)
    let advantages = parts.flatMap(\.advantages)
    return values.indices.reduce(0) { sum, row in
      sum - advantages[row] * DeterministicMath.exponential(Double(values[row]) - Double(old[row]))
    } / Double(values.count)
  }

  @Test func `moves weights by the advantages of segments and of summaries`() throws {
    let specification = BudgetCuts(plan: Self.plan, answerBudget: 3)
    let model = try Answerer.model()
    let (trainer, optimization) = trainer(
      model, rollout: specification,
      train: {
        $0.learningRate = 1e-9
        $0.maxGradientNorm = 1e9
      })
    let metrics = try trainer.step(0)
    #expect((metrics["grad_norm"] ?? 0) > 0)
    #expect(metrics["clip_ratio/region_mean"] == 0)

    let fresh = try Answerer.model()
    let groups = try specification.makeEnvironment(`Rollout environments`.context(fresh))
      .episodes(for: Self.problems, step: 0)
    let parts = scored(groups)
    let advantages = parts.flatMap(\.advantages)
    #expect(Set(advantages.map { ($0 * 1e6).rounded() }).count > 6, "\(Set(advantages))")
    // The loss of the first update is minus the mean advantage.
    #expect(
      abs((metrics["loss"] ?? 0) + advantages.reduce(0, +) / Double(advantages.count)) < 1e-9)

    let moments = optimization.moments.firstMoments
    var checked = 0
    for (index, parameter) in fresh.parameters.enumerated() {
      var values = parameter.tensor.values
      // AdamW's first moment after one update is (1 - beta1) times the gradient. Compares at its
      // largest entry.
      let gradients = moments[index].values.map { Double($0) / 0.1 }
      let place = gradients.indices.max { abs(gradients[$0]) < abs(gradients[$1]) } ?? 0
      let gradient = gradients[place]
      let original = values[place]
      let width: Float = 4e-3
      func loss(at value: Float) throws -> Double {
        values[place] = value
        parameter.tensor.fill(from: values)
        defer {
          values[place] = original
          parameter.tensor.fill(from: values)
        }
        return try self.loss(parts, fresh)
      }
      let slope =
        (try loss(at: original + width) - loss(at: original - width))
        / Double((original + width) - (original - width))
      #expect(
        abs(slope - gradient) < 1e-3 + 0.05 * abs(slope),
        "\(parameter.name): \(gradient), by differences \(slope)")
      if abs(slope) > 0.005 { checked += 1 }
    }
    #expect(checked > 2)
  }

  @Test func `with both bounds at zero nothing clips at the first update`() throws {
    let specifications: [any RolloutSpecification] = [
      BudgetCuts(plan: Self.plan, answerBudget: 3),
      ThinkAnswerRollout(thinkingBudget: 3, answerBudget: 3), HeaderRollout(.stated),
      HeaderRollout(.drawn(Self.plan)),
    ]
    for specification in specifications {
      let (trainer, _) = trainer(
        try Answerer.model(), rollout: specification,
        {
          $0.estimator = specification.scoresBudgets ? BRPO() : GRPO()
          $0.policyLoss = PPOClip(clipRatioLow: 0, clipRatioHigh: 0)
        })
      let metrics = try trainer.step(0)
      #expect(metrics["clip_ratio/region_mean"] == 0, "\(specification)")
      if specification.scoresBudgets { #expect((metrics["grad_norm"] ?? 0) > 0) }
    }
  }

  @Test func `threads and micro-batches change no bit`() throws {
    let results = try [(1, 64), (2, 3)].map { threads, size -> ([[Float]], [StepMetrics]) in
      let model = try Answerer.model()
      let (trainer, _) = trainer(
        model, rollout: BudgetCuts(plan: Self.plan, answerBudget: 3, maxSummariesPerStep: 20),
        threads: threads, { $0.numMiniBatches = 2 }, train: { $0.microBatchSize = size })
      let metrics = try (0..<2).map { try trainer.step($0) }
      return (TrainingFixtures.weights(model), metrics)
    }
    #expect(results[0].0 == results[1].0 && results[0].1 == results[1].1)
  }

  @Test func `answers at small budgets get better`() throws {
    let model = try Answerer.model()
    let specification = BudgetCuts(plan: Self.plan, answerBudget: 3)
    let (trainer, _) = trainer(
      model, rollout: specification,
      train: {
        $0.learningRate = 1e-2
        $0.maxSteps = 20
      })
    func score() throws -> Double {
      let groups = try specification.makeEnvironment(
        `Rollout environments`.context(model, generations: 8)
      )
      .episodes(for: Self.problems, step: 1000)
      let scores = groups.flatMap(\.episodes).map(\.budgetScores)
      return scores.reduce(0) { sum, r in
        sum + zip(Self.plan.weights, r).reduce(0) { $0 + $1.0 * $1.1 }
      } / Double(scores.count)
    }
    let before = try score()
    for step in 0..<20 { _ = try trainer.step(step) }
    let after = try score()
    #expect(after > before + 0.1, "\(before) to \(after)")
  }
}

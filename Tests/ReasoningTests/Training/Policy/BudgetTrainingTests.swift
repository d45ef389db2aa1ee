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
  ) -> (trainer: PolicyTrainer, state: TrainingState) {
    TrainingFixtures.policyTrainer(
      model, threads: threads, rollout: rollout, numGenerations: 3, maxNewTokens: 14,
      problems: ProblemPool(Self.problems), seed: 5,
      algorithm: {
        $0.estimator = BRPO()
        $0.scaleRewards = .none
        change(&$0)
      },
      train: {
        $0.promptsPerStep = Self.problems.count
        train(&$0)
      })
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
    let values = try TrainingFixtures.logProbabilities(
      parts.map { ($0.sequence.tokens, $0.sequence.isSampled) }, model,
      banned: LadderVocabulary.banned)
    let old = parts.flatMap(\.sequence.logProbabilities)
    let advantages = parts.flatMap(\.advantages)
    return values.indices.reduce(0) { sum, row in
      sum - advantages[row] * DeterministicMath.exponential(Double(values[row]) - Double(old[row]))
    } / Double(values.count)
  }

  @Test func `moves weights by the advantages of segments and of summaries`() throws {
    let specification = BudgetCuts(plan: Self.plan, answerBudget: 3)
    let model = try Answerer.model()
    let (trainer, state) = trainer(
      model, rollout: specification, train: TrainingFixtures.keepGradients)
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

    try SlopeComparison(width: 4e-3, absolute: 1e-3, relative: 0.05, visible: 0.005)
      .expect(state, on: fresh) { try loss(parts, fresh) }
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

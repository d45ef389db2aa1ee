import Fields
import ModelCore
import Reasoning
import TensorCore
import Testing

/// Runs the trainer with every value of its choices.
@Suite struct `Slots of policy training` {
  private func trainer(
    _ model: Transformer, threads: Int = 1, rollout: any RolloutSpecification = PlainRollout(),
    reward: RewardConfiguration? = nil,
    algorithm change: (inout AlgorithmConfiguration) -> Void = { _ in },
    train: (inout TrainConfiguration) -> Void = { _ in }
  ) -> PolicyTrainer {
    TrainingFixtures.policyTrainer(
      model, threads: threads, rollout: rollout, reward: reward ?? TrainingFixtures.lengthReward,
      algorithm: change,
      train: {
        $0.promptsPerStep = 6
        train(&$0)
      }
    ).trainer
  }

  private static let estimators = AdvantageEstimators.all.filter { $0.name != BRPO.name }.flatMap {
    estimator in estimator.scalings.map { (estimator.name, $0) }
  }

  @Test(arguments: estimators)
  func `every estimator learns, whatever the threads`(
    _ name: String, _ scaling: RewardScaling
  ) throws {
    let estimator = try #require(AdvantageEstimators.named(name)).init()
    let runs = try [1, 2].map { threads in
      let model = TrainingFixtures.model()
      let before = TrainingFixtures.weights(model)
      let metrics = try trainer(
        model, threads: threads,
        algorithm: {
          $0.estimator = estimator
          $0.scaleRewards = scaling
        }
      ).step(0)
      let weights = TrainingFixtures.weights(model)
      #expect(metrics["grad_norm"] ?? 0 > 0 && weights != before)
      return weights
    }
    #expect(runs[0] == runs[1])
  }

  @Test(arguments: PolicyLosses.all.map { $0.name }, ImportanceSamplingLevel.allCases)
  func `every loss learns at both levels`(_ name: String, _ level: ImportanceSamplingLevel) throws {
    let loss = try #require(PolicyLosses.named(name)).init()
    let model = TrainingFixtures.model()
    let metrics = try trainer(
      model,
      algorithm: {
        $0.policyLoss = loss
        $0.importanceSamplingLevel = level
        $0.numMiniBatches = 2
      }
    ).step(0)
    #expect(metrics["grad_norm"] ?? 0 > 0 && metrics["loss"]?.isFinite == true)
  }

  @Test func `on the sampling weights the level of the ratio does not matter`() throws {
    // With one update all ratios are 1, so the gradient is the same at both levels.
    let weights = try ImportanceSamplingLevel.allCases.map { level in
      let model = TrainingFixtures.model()
      _ = try trainer(model, algorithm: { $0.importanceSamplingLevel = level }).step(0)
      return TrainingFixtures.weights(model)
    }
    #expect(weights[0] == weights[1])
  }

  // MARK: Filtering

  @Test func `a filter plays on until prompts differ, and never one twice`() throws {
    var filter = GroupFilter()
    filter.metric = .reward
    filter.maxNumGenBatches = 3
    let recorder = Recorder()
    let reward = RewardConfiguration([Coin()])
    let metrics = try trainer(
      TrainingFixtures.model(), rollout: recorder, reward: reward,
      algorithm: { $0.filterGroups = filter }
    ).step(0)
    let batches = try #require(metrics["filter_groups/num_gen_batches"])
    let kept = try #require(metrics["filter_groups/kept"])
    #expect(recorder.log.played.count == Int(batches) && batches > 1)
    let prompts = recorder.log.played.flatMap { $0 }
    #expect(Set(prompts).count == prompts.count)
    // As many groups as a step needs, or all that differ if three batches do not have enough.
    let zero = try #require(metrics["frac_reward_zero_std"])
    let differing = Double(prompts.count) * (1 - zero)
    #expect(abs(kept - min(6, differing)) < 1e-9)
    // All sampled responses count, not only the kept ones.
    let length = try #require(metrics["completions/mean_length"])
    #expect(metrics["num_tokens"] == length * Double(prompts.count * 4))
  }

  @Test func `nothing to learn from is no update`() throws {
    var filter = GroupFilter()
    filter.maxNumGenBatches = 2
    let model = TrainingFixtures.model()
    let before = TrainingFixtures.weights(model)
    let metrics = try trainer(
      model, reward: RewardConfiguration(), algorithm: { $0.filterGroups = filter }
    ).step(0)
    #expect(metrics["filter_groups/kept"] == 0 && metrics["filter_groups/num_gen_batches"] == 2)
    #expect(metrics["loss"] == 0 && TrainingFixtures.weights(model) == before)
  }

  @Test(arguments: estimators)
  func `a step whose rewards all agree moves nothing, by momentum or decay`(
    _ name: String, _ scaling: RewardScaling
  ) throws {
    let estimator = try #require(AdvantageEstimators.named(name)).init()
    let model = TrainingFixtures.model()
    let trainer = trainer(
      model, reward: RewardConfiguration([Agreeing()]),
      algorithm: {
        $0.estimator = estimator
        $0.scaleRewards = scaling
      }, train: { $0.weightDecay = 0.1 })
    #expect(try trainer.step(0)["grad_norm"] ?? 0 > 0)
    let weights = TrainingFixtures.weights(model)
    let metrics = try trainer.step(1)
    #expect(metrics["frac_reward_zero_std"] == 1 && metrics["reward_std"] == 0)
    #expect(metrics["loss"] == 0 && metrics["grad_norm"] == 0)
    #expect(TrainingFixtures.weights(model) == weights)
  }

  // MARK: State

  @Test func `an adaptive coefficient goes on where it was`() throws {
    let adaptive: (inout AlgorithmConfiguration) -> Void = {
      $0.kl.coef = 0.1
      $0.kl.target = 1e-4
      $0.kl.horizon = 24
    }
    let trainer = trainer(TrainingFixtures.model(), algorithm: adaptive)
    var coefficients: [Double] = []
    for step in 0..<3 { coefficients.append(try trainer.step(step)["kl_coef"] ?? .nan) }
    // At first the divergence is zero, below the target: -0.2 · 24 / 24.
    #expect(abs(coefficients[1] - 0.08) < 1e-12)
    #expect(coefficients[2] != coefficients[1] && trainer.state.klCoef != coefficients[2])
  }

  @Test func `what a reward remembers decides the next step`() throws {
    let reward = RewardConfiguration([Growing()])
    let trainer = trainer(TrainingFixtures.model(), reward: reward)
    let rewards = try (0..<3).map { try trainer.step($0)["reward"] ?? .nan }
    #expect(rewards == [0, 6, 12])
    #expect(trainer.state.rewardMemory.terms["growing"] == TermMemory(run: [18]))
    let resumed = self.trainer(TrainingFixtures.model(), reward: reward)
    resumed.state = trainer.state
    #expect(try resumed.step(3)["reward"] == 18)
  }

  // MARK: Budgets

  @Test func `segments have their own advantages, and summaries theirs`() throws {
    let model = TrainingFixtures.model()
    let before = TrainingFixtures.weights(model)
    let metrics = try trainer(
      model, rollout: Cuts(), reward: RewardConfiguration(),
      algorithm: {
        $0.estimator = BRPO()
        $0.aggregation.mode = .sequenceMeanTokenSumNorm
      }
    ).step(0)
    #expect(metrics["accuracy@2"] == 0.5 && metrics["accuracy@4"] == 0.75)
    // P = 1/4, 3/4.
    #expect(metrics["reward"] == 0.125 + 0.75 * 0.75)
    #expect(metrics["grad_norm"] ?? 0 > 0 && TrainingFixtures.weights(model) != before)
  }
}

/// Reward 1 for two of four responses in a quarter of the prompts, and for all in the others.
private struct Coin: RewardTerm {
  static let name = "coin"
  static let meaning = "one for some, by their first token"
  static let replacesCorrectness = true
  static var fields: [Field<Coin>] { [] }
  func values(for group: ResponseGroup) -> [Double] {
    // In three of four prompts all responses get the same reward.
    guard (group.problemID.utf8.last ?? 0) % 4 == 0 else { return group.responses.map { _ in 1 } }
    return group.responses.indices.map { Double($0 % 2) }
  }
}

/// A reward that differs for every response of the first batch, then 0.95 for all.
private struct Agreeing: RememberingTerm {
  static let name = "agreeing"
  static let meaning = "the same for all but at first"
  static let replacesCorrectness = true
  static var fields: [Field<Agreeing>] { [] }
  func values(for batch: [ResponseGroup], memory: TermMemory) -> [[Double]] {
    batch.map { group in
      group.responses.indices.map { memory.run.isEmpty ? Double($0 + 1) / 7 : 0.95 }
    }
  }
  func remember(_ batch: [ResponseGroup], in memory: inout TermMemory) { memory.run = [1] }
}

/// A reward equal to the number of groups seen before.
private struct Growing: RememberingTerm {
  static let name = "growing"
  static let meaning = "how many groups were seen"
  static let replacesCorrectness = true
  static var fields: [Field<Growing>] { [] }
  func values(for batch: [ResponseGroup], memory: TermMemory) -> [[Double]] {
    batch.map { $0.responses.map { _ in memory.run.first ?? 0 } }
  }
  func remember(_ batch: [ResponseGroup], in memory: inout TermMemory) {
    memory.run = [(memory.run.first ?? 0) + Double(batch.count)]
  }
}

/// Plain rollouts that record which prompts were sampled.
private struct Recorder: RolloutSpecification, RolloutEnvironment {
  final class Log: @unchecked Sendable {
    var played: [[String]] = []
    var inner: (any RolloutEnvironment)?
  }
  let log = Log()

  func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    log.inner = PlainRollout().makeEnvironment(context)
    return self
  }

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    log.played.append(problems.map(\.prompt))
    return try log.inner?.episodes(for: problems, step: step) ?? []
  }
}

/// Plain rollouts presented as if truncated after two and four tokens.
private struct Cuts: RolloutSpecification {
  let scoresBudgets = true
  func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
    CutEnvironment(inner: PlainRollout().makeEnvironment(context))
  }
}

private struct CutEnvironment: RolloutEnvironment {
  let inner: any RolloutEnvironment

  func episodes(for problems: [Problem], step: Int) throws -> [EpisodeGroup] {
    try inner.episodes(for: problems, step: step).map { group in
      var group = group
      group.plan = BudgetPlan(budgets: [2, 4], weights: [0.25, 0.75], summariesPerBudget: 2)
      for index in group.episodes.indices {
        let sequence = group.episodes[index].sequence
        group.episodes[index].budgetScores = index % 2 == 0 ? [0, 1] : [1, 0.5]
        group.episodes[index].segments = (0..<sequence.sampledCount).map {
          $0 < 2 ? 0 : $0 < 4 ? 1 : nil
        }
        group.episodes[index].summaries = [
          [
            Summary(sequence: sequence, reward: 1, budget: 0),
            Summary(sequence: sequence, reward: 0, budget: 0, isTrained: false),
          ]
        ]
      }
      return group
    }
  }
}

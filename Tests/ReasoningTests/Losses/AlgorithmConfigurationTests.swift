import Fields
import Reasoning
import Testing

@Suite struct AlgorithmConfigurationTests {
  private let written: [String: FieldValue] = [
    "adv_estimator": .string("grpo"), "scale_rewards": .string("group"),
    "clip_ratio_low": .float(0.1), "clip_ratio_high": .float(0.3),
    "loss_agg_mode": .string("seq-mean-token-sum-norm"), "loss_scale_factor": .int(60),
    "kl_coef": .float(1e-3), "kl_placement": .string("reward"), "kl_estimator": .string("k1"),
  ]

  @Test func `fields are read`() {
    let algorithm = AlgorithmConfiguration(decoding: .map(written))
    #expect(algorithm.advEstimator == "grpo")
    #expect(algorithm.scaleRewards == .group)
    #expect(algorithm.clipRatioLow == 0.1)
    #expect(algorithm.clipRatioHigh == 0.3)
    #expect(algorithm.clipRatioC == nil)
    #expect(algorithm.lossAggMode == .sequenceMeanTokenSumNorm)
    #expect(algorithm.lossScaleFactor == 60)
    #expect(algorithm.klPlacement == .reward)
    #expect(algorithm.klEstimator == .k1)
    #expect(algorithm.numIterations == 1)
    #expect(algorithm.needsReference)
    #expect(algorithm.allIssues().isEmpty)
  }

  @Test func `what trainers disagree on is required`() {
    let required = AlgorithmConfiguration.descriptor.fields.filter(\.isRequired).map(\.name)
    #expect(
      required == [
        "adv_estimator", "scale_rewards", "clip_ratio_low", "clip_ratio_high", "loss_agg_mode",
        "kl_coef",
      ])
    #expect(AlgorithmConfiguration.descriptor.fields.allSatisfy { $0.fieldClass == .semantic })
  }

  @Test func `fields without effect are reported`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.lossScaleFactor = 60
    #expect(algorithm.allIssues().map(\.path) == [["loss_scale_factor"]])
    algorithm.lossAggMode = .sequenceMeanTokenSumNorm
    #expect(algorithm.allIssues().isEmpty)
    algorithm.policyLoss = "reinforce"
    algorithm.clipRatioC = 3
    algorithm.numIterations = 2
    algorithm.importanceSamplingLevel = .sequence
    #expect(
      algorithm.allIssues().map(\.path) == [
        ["clip_ratio_c"], ["num_iterations"], ["importance_sampling_level"],
      ])
  }

  @Test func `whitening goes with some estimators and not with others`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.scaleRewards = .batchTokens
    #expect(algorithm.allIssues().isEmpty)
    for name in ["reinforce_plus_plus", "reinforce_plus_plus_baseline"] {
      algorithm.advEstimator = name
      algorithm.scaleRewards = .batchTokens
      #expect(algorithm.allIssues().isEmpty)
      algorithm.scaleRewards = .group
      #expect(algorithm.allIssues().map(\.path) == [["scale_rewards"]])
    }
    // With a baseline from outside the group, the standard deviation of the group's rewards can be
    // 0 while the advantage is not.
    algorithm.advEstimator = "remax"
    for scaling in RewardScaling.allCases {
      algorithm.scaleRewards = scaling
      #expect(algorithm.allIssues().isEmpty == [.none, .batchTokens].contains(scaling))
    }
    algorithm.advEstimator = "brpo"
    #expect(algorithm.allIssues().map(\.help) == ["scale_rewards must be 'none'"])
  }

  @Test func `fields of brpo belong to brpo`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.brpoBaseline = .v2only
    algorithm.brpoLambda = 0.5
    algorithm.summaryAdvEstimator = .grpo
    #expect(
      algorithm.allIssues().map(\.path) == [
        ["brpo_baseline"], ["brpo_lambda"], ["summary_adv_estimator"],
      ])
    algorithm.advEstimator = "brpo"
    #expect(algorithm.allIssues().map(\.path) == [["brpo_lambda"]])
    algorithm.brpoBaseline = .v1only
    #expect(algorithm.allIssues().isEmpty)
  }

  @Test func `an adaptive divergence needs all three of its numbers`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.klTarget = 0.1
    #expect(algorithm.allIssues().map(\.path) == [["kl_target"]])
    algorithm.klHorizon = 1000
    #expect(
      algorithm.allIssues().map(\.message) == ["kl_coef is 0, and no factor moves it from there"])
    algorithm.klCoef = 0.01
    #expect(algorithm.allIssues().isEmpty)
    #expect(algorithm.adaptiveKL == AdaptiveKL(target: 0.1, horizon: 1000))
  }

  @Test func `brpo and budgets go together`() {
    struct Cuts: RolloutSpecification {
      let scoresBudgets = true
      func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
        PlainRollout().makeEnvironment(context)
      }
    }
    var algorithm = AlgorithmConfiguration()
    #expect(algorithm.issues(numGenerations: 2, rollout: Cuts()).count == 1)
    algorithm.advEstimator = "brpo"
    #expect(algorithm.issues(numGenerations: 2, rollout: Cuts()).isEmpty)
    #expect(algorithm.issues(numGenerations: 2).count == 1)
    let reward = RewardConfiguration([LengthPenalty(alpha: 0.1)])
    #expect(reward.issues(rollout: Cuts()).map(\.path) == [["length_penalty"]])
    #expect(reward.issues(rollout: PlainRollout()).isEmpty)
  }

  @Test func `group estimators need groups`() {
    let algorithm = AlgorithmConfiguration()
    #expect(algorithm.issues(numGenerations: 2).isEmpty)
    #expect(
      algorithm.issues(numGenerations: 1) == [
        FieldIssue(
          ["adv_estimator"], "'rloo' compares samples of one prompt, and num_generations is 1",
          help: "num_generations must be at least 2")
      ])
  }
}

@Suite struct PolicyObjectiveTests {
  private func token(_ algorithm: AlgorithmConfiguration) -> TokenLoss {
    PolicyObjective(algorithm).token(
      logProbability: -1, logRatio: 0, referenceLogProbability: -1.5, advantage: 2)
  }

  @Test func `a divergence in the loss is added, in the reward it is not`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.klEstimator = .k2
    #expect(token(algorithm) == TokenLoss(value: -2, derivative: -2))
    algorithm.klCoef = 0.1
    // k2 = 0.125 with derivative 0.5.
    #expect(token(algorithm) == TokenLoss(value: -2 + 0.1 * 0.125, derivative: -2 + 0.1 * 0.5))
    algorithm.klPlacement = .reward
    #expect(token(algorithm) == TokenLoss(value: -2, derivative: -2))
  }

  @Test func `the loss is the one named`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.policyLoss = "reinforce"
    #expect(token(algorithm) == TokenLoss(value: 2, derivative: -2))
  }
}

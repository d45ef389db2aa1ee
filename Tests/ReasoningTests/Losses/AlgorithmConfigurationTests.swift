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

  @Test func `fields are read`() throws {
    let algorithm = AlgorithmConfiguration(decoding: .map(written))
    #expect(algorithm.estimator is GRPO)
    #expect(algorithm.scaleRewards == .group)
    let loss = try #require(algorithm.policyLoss as? PPOClip)
    #expect(loss.clip == ClipRange(low: 0.1, high: 0.3))
    #expect(loss.clipRatioC == nil)
    #expect(algorithm.aggregation.mode == .sequenceMeanTokenSumNorm)
    #expect(algorithm.aggregation.scaleFactor == 60)
    #expect(algorithm.kl.placement == .reward)
    #expect(algorithm.kl.estimator == .k1)
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
    algorithm.aggregation.scaleFactor = 60
    #expect(algorithm.allIssues().map(\.path) == [["loss_scale_factor"]])
    algorithm.aggregation.mode = .sequenceMeanTokenSumNorm
    #expect(algorithm.allIssues().isEmpty)
    algorithm = AlgorithmConfiguration(
      decoding: .map(["policy_loss": .string("reinforce"), "clip_ratio_c": .float(3)]))
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
    let whitened: [any AdvantageEstimator] = [ReinforcePlusPlus(), ReinforcePlusPlusBaseline()]
    for estimator in whitened {
      algorithm.estimator = estimator
      algorithm.scaleRewards = .batchTokens
      #expect(algorithm.allIssues().isEmpty)
      algorithm.scaleRewards = .group
      #expect(algorithm.allIssues().map(\.path) == [["scale_rewards"]])
    }
    // With a baseline from outside the group, the standard deviation of the group's rewards can be
    // 0 while the advantage is not.
    algorithm.estimator = ReMax()
    for scaling in RewardScaling.allCases {
      algorithm.scaleRewards = scaling
      #expect(algorithm.allIssues().isEmpty == [.none, .batchTokens].contains(scaling))
    }
    algorithm.estimator = BRPO()
    #expect(algorithm.allIssues().map(\.help) == ["scale_rewards must be 'none'"])
  }

  @Test func `fields of brpo belong to brpo`() {
    var written: [String: FieldValue] = [
      "brpo_baseline": .string("v2only"), "brpo_lambda": .float(0.5),
      "summary_adv_estimator": .string("grpo"),
    ]
    func issues() -> [[String]] {
      AlgorithmConfiguration(decoding: .map(written)).allIssues().map(\.path)
    }
    #expect(issues() == [["brpo_baseline"], ["brpo_lambda"], ["summary_adv_estimator"]])
    written["adv_estimator"] = .string("brpo")
    #expect(issues() == [["brpo_lambda"]])
    written["brpo_baseline"] = .string("v1only")
    #expect(issues() == [])
  }

  @Test func `an adaptive divergence needs all three of its numbers`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.kl.target = 0.1
    #expect(algorithm.allIssues().map(\.path) == [["kl_target"]])
    algorithm.kl.horizon = 1000
    #expect(
      algorithm.allIssues().map(\.message) == ["kl_coef is 0, and no factor moves it from there"])
    algorithm.kl.coef = 0.01
    #expect(algorithm.allIssues().isEmpty)
    #expect(algorithm.kl.adaptive == AdaptiveKL(target: 0.1, horizon: 1000))
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
    algorithm.estimator = BRPO()
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
    PolicyObjective(algorithm).loss(
      logProbability: -1, logRatio: 0, referenceLogProbability: -1.5, advantage: 2)
  }

  @Test func `a divergence in the loss is added, in the reward it is not`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.kl.estimator = .k2
    #expect(token(algorithm) == TokenLoss(value: -2, derivative: -2))
    algorithm.kl.coef = 0.1
    // k2 = 0.125 with derivative 0.5.
    #expect(token(algorithm) == TokenLoss(value: -2 + 0.1 * 0.125, derivative: -2 + 0.1 * 0.5))
    algorithm.kl.placement = .reward
    #expect(token(algorithm) == TokenLoss(value: -2, derivative: -2))
  }

  @Test func `the loss is the one named`() {
    var algorithm = AlgorithmConfiguration()
    algorithm.policyLoss = Reinforce()
    #expect(token(algorithm) == TokenLoss(value: 2, derivative: -2))
  }
}

import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `Policy training` {
  private func trainer(
    _ model: Transformer, threads: Int = 1, reward: RewardConfiguration = RewardConfiguration(),
    algorithm: (inout AlgorithmConfiguration) -> Void = { _ in },
    train: (inout TrainConfiguration) -> Void = { _ in }
  ) -> PolicyTrainer {
    TrainingFixtures.policyTrainer(
      model, threads: threads, reward: reward, algorithm: algorithm, train: train
    ).trainer
  }

  private let lengthReward = TrainingFixtures.lengthReward

  @Test func `shortens responses when only length is punished`() throws {
    let model = TrainingFixtures.model()
    let trainer = trainer(
      model, reward: lengthReward,
      train: {
        $0.maxSteps = 30
        $0.learningRate = 3e-2
        $0.promptsPerStep = 8
      })
    var lengths: [Double] = []
    for step in 0..<30 {
      lengths.append(try trainer.step(step)["completions/mean_length"] ?? .nan)
    }
    let (first, last) = (lengths.prefix(5).reduce(0, +), lengths.suffix(5).reduce(0, +))
    #expect(last < first * 0.7)
  }

  @Test func `threads and micro-batches do not change a bit`() throws {
    let settings: [(threads: Int, size: Int)] = [(1, 64), (2, 64), (1, 1), (2, 3)]
    let models = try settings.map { threads, size -> ([[Float]], [StepMetrics]) in
      let model = TrainingFixtures.model()
      let trainer = trainer(
        model, threads: threads, reward: lengthReward,
        algorithm: {
          $0.kl.coef = 0.01
          $0.numMiniBatches = 2
          $0.numIterations = 2
        },
        train: {
          $0.microBatchSize = size
          $0.promptsPerStep = 16
        })
      let metrics = try (0..<2).map { try trainer.step($0) }
      #expect(metrics.contains { ($0["grad_norm"] ?? 0) > 0 })
      return (TrainingFixtures.weights(model), metrics)
    }
    for other in models.dropFirst() {
      #expect(other.0 == models[0].0)
      #expect(other.1 == models[0].1)
    }
  }

  @Test func `on the sampling weights no ratio is off`() throws {
    // The first update uses the weights that sampled, so with both bounds at zero nothing is
    // clipped: the trainer's log-probabilities have the sampler's bits.
    let trainer = trainer(
      TrainingFixtures.model(), reward: lengthReward,
      algorithm: { $0.policyLoss = PPOClip(clipRatioLow: 0, clipRatioHigh: 0) },
      train: { $0.promptsPerStep = 16 })
    let metrics = try trainer.step(0)
    #expect((metrics["grad_norm"] ?? 0) > 0)
    #expect(metrics["clip_ratio/region_mean"] == 0)
  }

  @Test func `a divergence from itself is nothing at first`() throws {
    for placement in KLPlacement.allCases {
      let trainer = trainer(
        TrainingFixtures.model(), reward: lengthReward,
        algorithm: {
          $0.kl.coef = 0.1
          $0.kl.placement = placement
        }, train: { $0.promptsPerStep = 16 })
      #expect(try trainer.step(0)["kl"] == 0)
      #expect(try trainer.step(1)["kl"] ?? 0 > 0)
    }
  }

  @Test func `a rollout without differences moves nothing`() throws {
    // Untrained responses of this length are all wrong: every reward is zero.
    let model = TrainingFixtures.model()
    let before = TrainingFixtures.weights(model)
    let metrics = try trainer(model).step(0)
    #expect(metrics["frac_reward_zero_std"] == 1)
    #expect(metrics["grad_norm"] == 0)
    #expect(TrainingFixtures.weights(model) == before)
  }

  @Test func `masked truncated responses leave the loss`() throws {
    let metrics = try trainer(
      TrainingFixtures.model(), reward: lengthReward,
      algorithm: { $0.maskTruncatedCompletions = true }
    ).step(0)
    #expect((metrics["completions/clipped_ratio"] ?? 0) > 0)
    #expect(metrics["loss"]?.isFinite == true)
  }

  @Test func `names its figures as TRL does`() throws {
    let metrics = try trainer(TrainingFixtures.model(), reward: lengthReward).step(0)
    let names = metrics.values.map(\.name)
    for name in [
      "reward", "reward_std", "frac_reward_zero_std", "completions/mean_length",
      "completions/clipped_ratio", "clip_ratio/low_mean", "clip_ratio/high_mean",
      "clip_ratio/region_mean", "rewards/correctness/mean", "rewards/correctness/std",
      "completions/min_length", "completions/max_length", "num_tokens", "entropy", "learning_rate",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    // No response is correct yet, and the mean of no values is left out.
    #expect(
      names.contains("completions/mean_terminated_length")
        == (metrics["completions/clipped_ratio"] ?? 1 < 1))
    #expect(!names.contains("completions/mean_correct_length"))
    #expect(metrics["completions/mean_wrong_length"] == metrics["completions/mean_length"])
    #expect(metrics["num_tokens"] == 16 * (metrics["completions/mean_length"] ?? .nan))
    // A fresh model has nearly the largest entropy over about 50 tokens, log 50 = 3.912.
    #expect(abs((metrics["entropy"] ?? 0) - 3.912) < 0.4)
    #expect(metrics["reward"] != nil && metrics.step == 1)
  }
}

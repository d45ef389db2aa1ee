import ModelCore

/// The figures of one rollout, under TRL's names where the meaning is equal. They count everything
/// that was played, also what a filter keeps from the update.
package struct PolicyMetrics {
  let rollout: CollectedRollout
  /// The names of the reward terms, in order.
  let terms: [String]
  let isFiltered: Bool

  func describe(in metrics: inout StepMetrics) {
    describeRewards(in: &metrics)
    describeLengths(in: &metrics)
    if isFiltered {
      metrics["filter_groups/num_gen_batches"] = Double(rollout.batchCount)
      metrics["filter_groups/kept"] = Double(rollout.kept.count)
    }
  }

  /// The names of all figures that a training's rows may have; a step without finished or correct
  /// responses leaves some out.
  /// - Parameter budgets: those at which its rollouts are scored.
  package static func names(
    _ algorithm: AlgorithmConfiguration, _ reward: RewardConfiguration, budgets: [Int]
  ) -> [String] {
    ["reward", "reward_std", "frac_reward_zero_std"]
      + reward.termNames.flatMap { ["rewards/\($0)/mean", "rewards/\($0)/std"] } + ["accuracy"]
      + budgets.map { "accuracy@\($0)" }
      + [
        "mean_length", "min_length", "max_length", "clipped_ratio", "mean_terminated_length",
        "mean_correct_length", "mean_wrong_length",
      ].map { "completions/" + $0 } + ["num_tokens", "entropy"]
      + (algorithm.filterGroups == nil
        ? [] : ["filter_groups/num_gen_batches", "filter_groups/kept"])
      + (algorithm.needsReference ? ["kl"] : []) + (algorithm.kl.adaptive == nil ? [] : ["kl_coef"])
      + [
        "loss", "grad_norm", "clip_ratio/low_mean", "clip_ratio/high_mean",
        "clip_ratio/region_mean", "learning_rate",
      ]
  }

  private var episodes: [Episode] { rollout.groups.flatMap(\.episodes) }

  private func describeRewards(in metrics: inout StepMetrics) {
    let rewards = rollout.rewards
    metrics["reward"] = Self.mean(rewards.flatMap(\.total))
    metrics["reward_std"] = Self.mean(rewards.map { RewardScaling.standardDeviation($0.total) })
    metrics["frac_reward_zero_std"] = Self.mean(rewards.map { Set($0.total).count <= 1 ? 1 : 0 })
    for term in terms {
      let values = rewards.flatMap { $0.parts[term] ?? [] }
      metrics["rewards/\(term)/mean"] = Self.mean(values)
      metrics["rewards/\(term)/std"] = RewardScaling.standardDeviation(values)
    }
    metrics["accuracy"] = Self.mean(episodes.map { $0.response.graded.isCorrect ? 1 : 0 })
    for (place, budget) in (rollout.groups.first?.plan?.budgets ?? []).enumerated() {
      metrics["accuracy@\(budget)"] = Self.mean(episodes.map { $0.budgetScores[place] })
    }
  }

  private func describeLengths(in metrics: inout StepMetrics) {
    let episodes = episodes
    func lengths(_ isCounted: (Episode) -> Bool) -> [Double] {
      episodes.filter(isCounted).map { Double($0.response.sampled.tokens.count) }
    }
    let all = lengths { _ in true }
    metrics["completions/mean_length"] = Self.mean(all)
    metrics["completions/min_length"] = all.min()
    metrics["completions/max_length"] = all.max()
    metrics["completions/clipped_ratio"] = Self.mean(episodes.map { $0.isTruncated ? 1 : 0 })
    metrics["completions/mean_terminated_length"] = Self.mean(
      lengths { !$0.isTruncated })
    metrics["completions/mean_correct_length"] = Self.mean(lengths { $0.response.graded.isCorrect })
    metrics["completions/mean_wrong_length"] = Self.mean(lengths { !$0.response.graded.isCorrect })
    // Bridges are not sampled by the policy, but every summary is.
    let drawn = episodes.flatMap { [$0.sequence] + $0.summaries.joined().map(\.sequence) }
    metrics["num_tokens"] = drawn.reduce(0) { $0 + Double($1.sampledCount) }
    // On tokens sampled from π itself, -log π(y) is an unbiased estimate of the entropy.
    let surprises = drawn.flatMap { $0.logProbabilities.map { -Double($0) } }
    metrics["entropy"] = Self.mean(surprises)
  }

  /// The mean; nil for no values, so that an undefined metric is left out of the step's row.
  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  // MARK: Divergence

  /// The mean of k3 over all tokens: the distance of the policy from where it started.
  static func divergence(_ scored: [[ScoredEpisode]]) -> Double {
    mean(scored.joined().flatMap(\.parts).flatMap { tokens(of: $0, by: .k3) }) ?? 0
  }

  /// The mean over responses of the mean over their tokens.
  static func meanDivergence(
    _ scored: [[ScoredEpisode]], by estimator: KLEstimator
  ) -> Double {
    mean(
      scored.joined().compactMap { episode in
        mean(episode.parts.flatMap { tokens(of: $0, by: estimator) })
      }) ?? 0
  }

  private static func tokens(of part: ScoredSequence, by estimator: KLEstimator) -> [Double] {
    zip(part.sequence.logProbabilities, part.reference ?? []).map {
      estimator.estimate(
        logProbability: Double($0), referenceLogProbability: Double($1)
      ).value
    }
  }
}

import ModelCore

/// The figures of one rollout, under TRL's names where the meaning is equal.
struct PolicyFigures {
  let groups: [EpisodeGroup]
  let rewards: [GroupRewards]
  /// In the order of their reward terms.
  let termNames: [String]

  func describe(in metrics: inout StepMetrics) {
    let rollouts = groups.flatMap { $0.episodes.map(\.rollout) }
    let n = Double(rollouts.count)
    let lengths = rollouts.map { Double($0.response.tokens.count) }
    metrics["reward"] = rewards.flatMap(\.total).reduce(0, +) / n
    metrics["reward_std"] =
      rewards.map { RewardScaling.standardDeviation($0.total) }.reduce(0, +) / Double(groups.count)
    metrics["frac_reward_zero_std"] =
      Double(rewards.count { Set($0.total).count <= 1 }) / Double(groups.count)
    for term in termNames {
      metrics["rewards/\(term)/mean"] =
        rewards.flatMap { $0.parts[term] ?? [] }.reduce(0, +) / n
    }
    metrics["accuracy"] = Double(rollouts.count { $0.graded.isCorrect }) / n
    metrics["completions/mean_length"] = lengths.reduce(0, +) / n
    metrics["completions/max_length"] = lengths.max() ?? 0
    metrics["completions/clipped_ratio"] =
      Double(rollouts.count { $0.response.stop == .length }) / n
    metrics["num_tokens"] = lengths.reduce(0, +)
  }

  /// The mean of k3 over all tokens: how far the policy has gone from where it started.
  static func divergence(_ scored: [[ScoredEpisode]]) -> Double {
    let tokens = scored.joined().flatMap(\.parts).flatMap { part in
      zip(part.sequence.logProbabilities, part.reference ?? []).map {
        KLEstimator.k3.token(
          logProbability: Double($0), referenceLogProbability: Double($1)
        ).value
      }
    }
    return tokens.isEmpty ? 0 : tokens.reduce(0, +) / Double(tokens.count)
  }
}

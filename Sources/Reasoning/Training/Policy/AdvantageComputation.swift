import ModelCore

/// Turns a rollout's rewards into advantages of its tokens, including the KL penalty and whitening
/// that the algorithm asks for.
struct AdvantageComputation {
  let algorithm: AlgorithmConfiguration
  let scorer: LogProbabilityScorer
  /// The starting policy, if the algorithm has a KL penalty.
  let reference: Transformer?

  func score(_ groups: [EpisodeGroup], rewards: [GroupRewards]) throws -> [[ScoredEpisode]] {
    let references = try references(of: groups)
    let advantages = advantages(of: groups, rewards: rewards, references: references)
    var scored = groups.indices.map { group in
      groups[group].episodes.enumerated().map { place, episode in
        ScoredEpisode(
          parts: episode.sequences.indices.map { part in
            ScoredSequence(
              sequence: episode.sequences[part], advantages: advantages[group][place][part],
              reference: references?[group][place][part])
          },
          isMasked: algorithm.maskTruncatedCompletions && episode.isTruncated)
      }
    }
    if algorithm.scaleRewards == .batchTokens { whiten(&scored) }
    return scored
  }

  // MARK: The estimator

  /// Returns, for each group and episode, one list per trained sequence with one advantage per
  /// sampled token.
  private func advantages(
    of groups: [EpisodeGroup], rewards: [GroupRewards], references: [[[[Float]]]]?
  ) -> [[[[Double]]]] {
    if let estimator = algorithm.estimator as? any BudgetAdvantageEstimator,
      groups.contains(where: { $0.plan != nil })
    {
      return groups.indices.map { group in
        let advantages = budgetAdvantages(of: groups[group], by: estimator)
        guard let references, algorithm.kl.placement == .reward else { return advantages }
        return charge(groups[group], advantages, references: references[group])
      }
    }
    // Without budgets an episode is one sequence.
    return ResponseAdvantages(algorithm).tokens(
      rewards: rewards,
      logProbabilities: groups.map {
        $0.episodes.map { $0.sequence.logProbabilities.map(Double.init) }
      },
      references: references?.map { $0.map { ($0.first ?? []).map(Double.init) } }
    ).map { $0.map { [$0] } }
  }

  /// Subtracts from each token's advantage the KL penalty from this token to the end.
  private func charge(
    _ group: EpisodeGroup, _ advantages: [[[Double]]], references: [[[Float]]]
  ) -> [[[Double]]] {
    group.episodes.enumerated().map { place, episode in
      episode.sequences.enumerated().map { part, sequence in
        let charges = KLReward.charges(
          logProbabilities: sequence.logProbabilities.map(Double.init),
          referenceLogProbabilities: references[place][part].map(Double.init),
          coefficient: algorithm.kl.coef, estimator: algorithm.kl.estimator)
        return zip(advantages[place][part], charges).map { $0 - $1 }
      }
    }
  }

  private func budgetAdvantages(
    of group: EpisodeGroup, by estimator: any BudgetAdvantageEstimator
  ) -> [[[Double]]] {
    guard let plan = group.plan else { return [] }
    let scores = group.episodes.map(\.budgetScores)
    let thinking = estimator.advantages(scores: scores, weights: plan.weights)
    let groupScores = plan.budgets.indices.map { j in
      GroupMean(scores.map { $0[j] }).value
    }
    return zip(group.episodes, thinking).map { episode, thinking in
      let summaries = estimator.summaries.advantages(
        rewards: episode.summaries.map { $0.map { ($0.reward, $0.budget) } },
        groupScores: groupScores, summariesPerBudget: plan.summariesPerBudget)
      let trained = zip(episode.summaries.joined(), summaries.joined()).filter { $0.0.isTrained }
      return [episode.segments.map { $0.map { thinking[$0] } ?? 0 }]
        + trained.map { [Double](repeating: $1, count: $0.sequence.sampledCount) }
    }
  }

  // MARK: The divergence

  /// Returns log-probabilities under the starting policy for each group, episode and sequence; nil
  /// if the algorithm has no KL penalty.
  private func references(of groups: [EpisodeGroup]) throws -> [[[[Float]]]]? {
    guard let reference, algorithm.needsReference else { return nil }
    let sequences = groups.flatMap { $0.episodes.flatMap(\.sequences) }
    var values = try scorer.values(of: sequences, under: reference)[...]
    return groups.map { group in
      group.episodes.map { episode in episode.sequences.map { _ in values.removeFirst() } }
    }
  }

  // MARK: Whitening

  private func whiten(_ scored: inout [[ScoredEpisode]]) {
    let trained = scored.joined().filter { !$0.isMasked }
    let whitening = TokenWhitening(trained.flatMap { $0.parts.map(\.advantages) })
    for group in scored.indices {
      for episode in scored[group].indices {
        for part in scored[group][episode].parts.indices {
          let advantages = scored[group][episode].parts[part].advantages
          scored[group][episode].parts[part].advantages = advantages.map { whitening($0) }
        }
      }
    }
  }
}

import ModelCore

/// From rewards to advantages of tokens: the estimator's, the divergence charged where the algorithm
/// says, then whitening if it is asked for.
struct PolicyScoring {
  let algorithm: AlgorithmConfiguration
  let scorer: SequenceScorer
  /// The starting policy, when the algorithm charges a divergence from it.
  let reference: Transformer?

  func score(_ groups: [EpisodeGroup], rewards: [GroupRewards]) throws -> [[ScoredEpisode]] {
    var scored = zip(groups, advantages(of: groups, rewards: rewards)).map { group, advantages in
      zip(group.episodes, advantages).map { episode, advantages in
        ScoredEpisode(
          parts: zip(episode.sequences, advantages).map {
            ScoredSequence(sequence: $0, advantages: $1)
          },
          isMasked: algorithm.maskTruncatedCompletions && episode.isTruncated)
      }
    }
    try chargeDivergence(in: &scored)
    if algorithm.scaleRewards == .batchTokens { whiten(&scored) }
    return scored
  }

  // MARK: The estimator

  /// Of each group and episode: for every sequence that is trained one advantage a chosen token.
  private func advantages(
    of groups: [EpisodeGroup], rewards: [GroupRewards]
  ) -> [[[[Double]]]] {
    let estimator = algorithm.estimator
    if let brpo = estimator as? BRPO, groups.contains(where: { $0.plan != nil }) {
      return groups.map { budgetAdvantages(of: $0, by: brpo) }
    }
    let compared = rewards.map { $0.total + $0.virtual }
    let advantages = algorithm.scaleRewards.scaled(
      zip(compared, rewards).map {
        estimator.advantages(rewards: $0, greedyReward: $1.greedy)
      }, rewards: compared)
    return zip(groups, advantages).map { group, advantages in
      zip(group.episodes, advantages).map { episode, advantage in
        episode.sequences.map { [Double](repeating: advantage, count: $0.chosenCount) }
      }
    }
  }

  private func budgetAdvantages(of group: EpisodeGroup, by brpo: BRPO) -> [[[Double]]] {
    guard let plan = group.plan else { return [] }
    let scores = group.episodes.map(\.budgetScores)
    let thinking = brpo.advantages(scores: scores, weights: plan.weights)
    let groupScores = plan.budgets.indices.map { j in
      scores.reduce(0) { $0 + $1[j] } / Double(scores.count)
    }
    return zip(group.episodes, thinking).map { episode, thinking in
      let summaries = (algorithm.summaryAdvEstimator ?? .brpo).advantages(
        rewards: episode.branches.map { $0.map { ($0.reward, $0.budget) } },
        groupScores: groupScores, summariesPerBudget: plan.summariesPerBudget)
      let trained = zip(episode.branches.joined(), summaries.joined()).filter { $0.0.isTrained }
      return [episode.segments.map { $0.map { thinking[$0] } ?? 0 }]
        + trained.map { [Double](repeating: $1, count: $0.sequence.chosenCount) }
    }
  }

  // MARK: The divergence

  private func chargeDivergence(in scored: inout [[ScoredEpisode]]) throws {
    guard let reference, algorithm.needsReference else { return }
    let sequences = scored.joined().flatMap { $0.parts.map(\.sequence) }
    var values = try scorer.values(of: sequences, under: reference)[...]
    change(&scored) { part in
      guard let reference = values.popFirst() else { return }
      part.reference = reference
      guard algorithm.klPlacement == .reward else { return }
      part.advantages = KLReward.advantages(
        part.advantages, logProbabilities: part.sequence.logProbabilities.map(Double.init),
        referenceLogProbabilities: reference.map(Double.init),
        coefficient: algorithm.klCoef, estimator: algorithm.klEstimator)
    }
  }

  // MARK: Whitening

  private func whiten(_ scored: inout [[ScoredEpisode]]) {
    let trained = scored.joined().filter { !$0.isMasked }
    let whitening = TokenWhitening(trained.flatMap { $0.parts.map(\.advantages) })
    change(&scored) { $0.advantages = $0.advantages.map { whitening($0) } }
  }

  private func change(
    _ scored: inout [[ScoredEpisode]], _ body: (inout ScoredSequence) -> Void
  ) {
    for group in scored.indices {
      for episode in scored[group].indices {
        for part in scored[group][episode].parts.indices {
          body(&scored[group][episode].parts[part])
        }
      }
    }
  }
}

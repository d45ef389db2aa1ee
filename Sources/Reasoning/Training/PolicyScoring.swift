import ModelCore

/// From rewards to advantages of tokens, the divergence charged where the algorithm says.
struct PolicyScoring {
  let algorithm: AlgorithmConfiguration
  let estimator: any AdvantageEstimator
  let scorer: SequenceScorer
  /// The starting policy, when the algorithm charges a divergence from it.
  let reference: Transformer?

  func score(_ groups: [EpisodeGroup], rewards: [GroupRewards]) throws -> [[ScoredEpisode]] {
    let advantages = algorithm.scaleRewards.advantages(
      rewards: rewards.map(\.total), estimator: estimator)
    var references = try referenceLogProbabilities(of: groups)?[...]
    return zip(groups, advantages).map { group, advantages in
      zip(group.episodes, advantages).map { episode, advantage in
        let parts = episode.sequences.map { sequence in
          score(sequence, advantage: advantage, reference: references?.popFirst())
        }
        return ScoredEpisode(
          parts: parts,
          isMasked: algorithm.maskTruncatedCompletions && episode.isTruncated)
      }
    }
  }

  private func score(
    _ sequence: TrainingSequence, advantage: Double, reference: [Float]?
  ) -> ScoredSequence {
    var advantages = [Double](repeating: advantage, count: sequence.chosenCount)
    if let reference, algorithm.klPlacement == .reward {
      advantages = KLReward.advantages(
        advantage, logProbabilities: sequence.logProbabilities.map(Double.init),
        referenceLogProbabilities: reference.map(Double.init),
        coefficient: algorithm.klCoef, estimator: algorithm.klEstimator)
    }
    return ScoredSequence(sequence: sequence, advantages: advantages, reference: reference)
  }

  /// Of every chosen token under the reference policy, all sequences in order; nil without one.
  private func referenceLogProbabilities(of groups: [EpisodeGroup]) throws -> [[Float]]? {
    guard let reference, algorithm.needsReference else { return nil }
    return try scorer.values(
      of: groups.flatMap { $0.episodes.flatMap(\.sequences) }, under: reference)
  }
}

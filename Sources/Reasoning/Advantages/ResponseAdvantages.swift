/// From the rewards of whole responses to the advantages of their tokens: the divergence taken from
/// the reward where it is charged there, the estimator and its scaling, the divergence taken from
/// tokens where it is charged there. Whitening, which looks at a whole rollout, comes after.
package struct ResponseAdvantages: Sendable {
  private let algorithm: AlgorithmConfiguration

  /// - Precondition: the algorithm's fields were validated.
  package init(_ algorithm: AlgorithmConfiguration) { self.algorithm = algorithm }

  /// For each prompt and response one advantage a token.
  /// - Parameters:
  ///   - rewards: of each prompt's responses.
  ///   - logProbabilities: for each prompt and response those of its drawn tokens, under the policy
  ///     that drew them.
  ///   - references: the same under the starting policy; nil when no divergence is charged.
  package func tokens(
    rewards: [GroupRewards], logProbabilities: [[[Double]]], references: [[[Double]]]?
  ) -> [[[Double]]] {
    let compared = rewards.indices.map { group in
      zip(
        rewards[group].total,
        charges(logProbabilities[group], references?[group], at: .sequenceReward)
      ).map { $0 - ($1.first ?? 0) } + rewards[group].virtual
    }
    let estimator = algorithm.estimator
    let advantages = algorithm.scaleRewards.scaled(
      zip(compared, rewards).map {
        estimator.advantages(rewards: $0, greedyReward: $1.greedy)
      }, rewards: compared)
    return rewards.indices.map { group in
      let charges = charges(logProbabilities[group], references?[group], at: .reward)
      return zip(advantages[group], zip(logProbabilities[group], charges)).map {
        advantage, tokens in
        tokens.0.indices.map { advantage - (tokens.1.isEmpty ? 0 : tokens.1[$0]) }
      }
    }
  }

  /// For each response of a prompt β times the divergence still to come at each token; nothing
  /// where it is not charged at `place`.
  private func charges(
    _ logProbabilities: [[Double]], _ references: [[Double]]?, at place: KLPlacement
  ) -> [[Double]] {
    guard let references, algorithm.needsReference, algorithm.klPlacement == place else {
      return logProbabilities.map { _ in [] }
    }
    return zip(logProbabilities, references).map {
      KLReward.charges(
        logProbabilities: $0, referenceLogProbabilities: $1, coefficient: algorithm.klCoef,
        estimator: algorithm.klEstimator)
    }
  }
}

/// Turns the rewards of whole responses into advantages of their tokens.
///
/// It subtracts the KL penalty from the reward (if placed there), applies the estimator and its
/// scaling, and subtracts the KL penalty from tokens (if placed there). Whitening needs the whole
/// rollout and comes later.
package struct ResponseAdvantages: Sendable {
  private let algorithm: AlgorithmConfiguration

  package init(_ algorithm: AlgorithmConfiguration) { self.algorithm = algorithm }

  /// Returns one advantage per token, for each prompt and response.
  /// - Parameters:
  ///   - rewards: of each prompt's responses.
  ///   - logProbabilities: for each prompt and response, the log-probabilities of the sampled
  ///     tokens under the policy that sampled them.
  ///   - references: the same under the starting policy; nil when there is no KL penalty.
  package func tokens(
    rewards: [GroupRewards], logProbabilities: [[[Double]]], references: [[[Double]]]?
  ) -> [[[Double]]] {
    let compared = rewards.indices.map { group in
      zip(
        rewards[group].total,
        charges(logProbabilities[group], references?[group], at: .sequenceReward)
      ).map { $0 - ($1.first ?? 0) } + rewards[group].references
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

  /// Returns, for each response of a prompt, β times the sum of KL estimates from each token to the
  /// end; empty if the KL penalty has another place than `place`.
  private func charges(
    _ logProbabilities: [[Double]], _ references: [[Double]]?, at place: KLPlacement
  ) -> [[Double]] {
    guard let references, algorithm.needsReference, algorithm.kl.placement == place else {
      return logProbabilities.map { _ in [] }
    }
    return zip(logProbabilities, references).map {
      KLReward.charges(
        logProbabilities: $0, referenceLogProbabilities: $1, coefficient: algorithm.kl.coef,
        estimator: algorithm.kl.estimator)
    }
  }
}

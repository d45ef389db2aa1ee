/// The KL penalty of `kl_placement: reward` and `sequence_reward`.
package enum KLReward {
  /// Returns β Σ_{s >= t} k(d_s) for every token t: the amount that per-token rewards of -β k(d_s)
  /// subtract from an undiscounted return. The value of the first token is that of the whole
  /// response.
  ///
  /// - Parameters:
  ///   - logProbabilities: of the sampled tokens, under the policy that sampled them.
  ///   - referenceLogProbabilities: of the same tokens, under the reference policy.
  package static func charges(
    logProbabilities: [Double], referenceLogProbabilities: [Double], coefficient: Double,
    estimator: KLEstimator
  ) -> [Double] {
    precondition(
      logProbabilities.count == referenceLogProbabilities.count, "one value a token")
    var charges = logProbabilities
    var divergenceToCome = 0.0
    for t in logProbabilities.indices.reversed() {
      divergenceToCome +=
        estimator.estimate(
          logProbability: logProbabilities[t],
          referenceLogProbability: referenceLogProbabilities[t]
        ).value
      charges[t] = coefficient * divergenceToCome
    }
    return charges
  }
}

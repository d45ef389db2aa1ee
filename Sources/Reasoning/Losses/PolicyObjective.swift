/// The objective for one token: the policy loss, plus the KL penalty if it is placed in the loss.
package struct PolicyObjective: Sendable {
  private let loss: any PolicyLoss
  private let klCoefficient: Double
  private let klEstimator: KLEstimator

  package init(_ algorithm: AlgorithmConfiguration) {
    loss = algorithm.policyLoss
    klCoefficient = algorithm.kl.placement == .loss ? algorithm.kl.coef : 0
    klEstimator = algorithm.kl.estimator
  }

  /// Returns the loss of one token.
  /// - Parameters:
  ///   - logProbability: under the policy being trained.
  ///   - logRatio: log π - log πold, of the token or the mean over its sequence.
  ///   - referenceLogProbability: under the starting policy, if there is a KL penalty.
  ///   - advantage: of the token; a KL penalty in the reward is already included.
  package func loss(
    logProbability: Double, logRatio: Double, referenceLogProbability: Double? = nil,
    advantage: Double
  ) -> TokenLoss {
    var token = loss.loss(
      logProbability: logProbability, logRatio: logRatio, advantage: advantage)
    if klCoefficient > 0, let referenceLogProbability {
      let divergence = klEstimator.estimate(
        logProbability: logProbability, referenceLogProbability: referenceLogProbability)
      token.value += klCoefficient * divergence.value
      token.derivative += klCoefficient * divergence.derivative
    }
    return token
  }
}

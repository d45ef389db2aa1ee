/// The objective for one token: the policy loss, plus the KL penalty if it is placed in the loss.
package struct PolicyObjective: Sendable {
  private let loss: any PolicyLoss
  private let klCoefficient: Double
  private let klEstimator: KLEstimator

  /// Creates the objective.
  /// - Precondition: the configuration's fields were validated.
  package init(_ algorithm: AlgorithmConfiguration) {
    guard let loss = PolicyLosses.named(algorithm.policyLoss) else {
      preconditionFailure("policy_loss is validated against the registry")
    }
    self.loss = loss.init(algorithm)
    klCoefficient = algorithm.klPlacement == .loss ? algorithm.klCoef : 0
    klEstimator = algorithm.klEstimator
  }

  /// Returns the loss of one token.
  /// - Parameters:
  ///   - logProbability: under the policy being trained.
  ///   - logRatio: log π - log πold, of the token or the mean over its sequence.
  ///   - referenceLogProbability: under the starting policy, if there is a KL penalty.
  ///   - advantage: of the token; a KL penalty in the reward is already included.
  package func token(
    logProbability: Double, logRatio: Double, referenceLogProbability: Double? = nil,
    advantage: Double
  ) -> TokenLoss {
    var token = loss.token(
      logProbability: logProbability, logRatio: logRatio, advantage: advantage)
    if klCoefficient > 0, let referenceLogProbability {
      let divergence = klEstimator.token(
        logProbability: logProbability, referenceLogProbability: referenceLogProbability)
      token.value += klCoefficient * divergence.value
      token.derivative += klCoefficient * divergence.derivative
    }
    return token
  }
}

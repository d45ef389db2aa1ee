/// What an algorithm minimises for one token: the policy loss, and the divergence where it is
/// charged in the loss.
package struct PolicyObjective: Sendable {
  private let loss: any PolicyLoss
  private let klCoefficient: Double
  private let klEstimator: KLEstimator

  /// - Precondition: the configuration's fields were validated.
  package init(_ algorithm: AlgorithmConfiguration) {
    guard let loss = PolicyLosses.named(algorithm.policyLoss) else {
      preconditionFailure("policy_loss is validated against the registry")
    }
    self.loss = loss.init(algorithm)
    klCoefficient = algorithm.klPlacement == .loss ? algorithm.klCoef : 0
    klEstimator = algorithm.klEstimator
  }

  /// - Parameters:
  ///   - logProbability: under the policy being trained.
  ///   - logRatio: log π - log πold, of the token or the mean over its sequence.
  ///   - referenceLogProbability: under the starting policy, when there is a divergence to charge.
  ///   - advantage: of the token; a divergence charged in the reward is already in it.
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

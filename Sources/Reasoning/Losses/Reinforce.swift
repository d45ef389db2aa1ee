import Fields

/// L = -A log π: the plain policy gradient (Williams 1992, Machine Learning 8). It has no ratio and
/// no clipping, so a rollout can be used for one pass only.
package struct Reinforce: PolicyLoss {
  package static let name = "reinforce"
  package static let meaning = "minus advantage times log-probability; no ratio, no clipping"

  package static let usesRatio = false

  package init() {}

  package func loss(
    logProbability: Double, logRatio: Double, advantage: Double
  ) -> TokenLoss {
    TokenLoss(value: -advantage * logProbability, derivative: -advantage)
  }
}

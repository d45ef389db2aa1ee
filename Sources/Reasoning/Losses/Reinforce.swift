/// L = -A log π. The plain policy gradient (Williams 1992, Machine Learning 8): no ratio and no
/// clipping, so a rollout may be used for one pass only.
package struct Reinforce: PolicyLoss {
  package static let name = "reinforce"
  package static let meaning = "minus advantage times log-probability; no ratio, no clipping"

  package static let usesRatio = false

  package init() {}
  package init(_ algorithm: AlgorithmConfiguration) {}

  package func token(
    logProbability: Double, logRatio: Double, advantage: Double
  ) -> TokenLoss {
    TokenLoss(value: -advantage * logProbability, derivative: -advantage)
  }
}

package import Fields

/// Turns the rewards of one prompt's responses into advantages.
///
/// An estimator only subtracts its baseline. `scale_rewards` decides what the result is divided by.
package protocol AdvantageEstimator: Sendable {
  static var name: String { get }
  static var meaning: String { get }
  /// The smallest group the estimator can learn from; smaller groups get advantages of zero.
  static var minimumGroupSize: Int { get }
  /// True if the estimator compares with the greedy response, which the environment then also
  /// samples.
  static var needsGreedyResponse: Bool { get }
  /// The values of `scale_rewards` that can be combined with this estimator.
  static var scalings: [RewardScaling] { get }

  init(_ algorithm: AlgorithmConfiguration)

  /// Returns one advantage per response, before any division by a standard deviation.
  /// - Parameter greedyReward: reward of the greedy response; nil unless the estimator needs it.
  func advantages(rewards: [Double], greedyReward: Double?) -> [Double]
}

extension AdvantageEstimator {
  package static var needsGreedyResponse: Bool { false }
  /// By default an estimator with a baseline from outside the group excludes the group's standard
  /// deviation: if all rewards of the group are equal, the deviation is 0 but the advantage is not,
  /// and dividing by 1e-4 would make it 10,000 times as large.
  package static var scalings: [RewardScaling] {
    needsGreedyResponse ? [.none, .batchTokens] : RewardScaling.allCases
  }

  package func advantages(rewards: [Double]) -> [Double] {
    advantages(rewards: rewards, greedyReward: nil)
  }
}

/// The estimators a pipeline may name. A new estimator is one file and one line here.
package enum AdvantageEstimators {
  package static let all: [any AdvantageEstimator.Type] = [
    RLOO.self,
    GRPO.self,
    ReinforcePlusPlus.self,
    ReinforcePlusPlusBaseline.self,
    ReMax.self,
    BRPO.self,
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any AdvantageEstimator.Type)? {
    all.first { $0.name == name }
  }
}

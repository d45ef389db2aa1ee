package import Fields

/// How the rewards of one prompt's responses become advantages.
///
/// An estimator subtracts its baseline. What the result is divided by is `scale_rewards`.
package protocol AdvantageEstimator: Sendable {
  static var name: String { get }
  static var meaning: String { get }
  /// How many responses a prompt needs; fewer give advantages of zero.
  static var minimumGroupSize: Int { get }
  /// Whether it compares with the likeliest response, which the environment then also draws.
  static var needsGreedyResponse: Bool { get }
  /// What `scale_rewards` may be with it.
  static var scalings: [RewardScaling] { get }

  init(_ algorithm: AlgorithmConfiguration)

  /// One advantage a response, before any division by a standard deviation.
  /// - Parameter greedyReward: of the likeliest response; nil unless it is needed.
  func advantages(rewards: [Double], greedyReward: Double?) -> [Double]
}

extension AdvantageEstimator {
  package static var needsGreedyResponse: Bool { false }
  /// A baseline from outside the group goes with no deviation of the group's rewards: where they
  /// agree the deviation is 0, the advantage is not, and dividing by 1e-4 would make it 10,000 times
  /// as large.
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

package import Fields

/// Turns the rewards of one prompt's responses into advantages.
///
/// An estimator only subtracts its baseline. `scale_rewards` decides what the result is divided by.
/// The fields that it declares are written under `algorithm`, beside `adv_estimator`.
package protocol AdvantageEstimator: Alternative {
  /// The smallest group the estimator can learn from; smaller groups get advantages of zero.
  static var minimumGroupSize: Int { get }
  /// True if the estimator compares with the greedy response, which the environment then also
  /// samples.
  static var needsGreedyResponse: Bool { get }
  /// The values of `scale_rewards` that can be combined with this estimator.
  static var scalings: [RewardScaling] { get }
  /// True if rewards of responses that a term imagined may stand among those of the group.
  static var comparesReferences: Bool { get }

  /// Returns one advantage per response, before any division by a standard deviation.
  /// - Parameter greedyReward: reward of the greedy response; nil unless the estimator needs it.
  func advantages(rewards: [Double], greedyReward: Double?) -> [Double]
}

extension AdvantageEstimator {
  package static var needsGreedyResponse: Bool { false }
  package static var comparesReferences: Bool { false }
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

/// An estimator that learns from the scores of a response at several budgets. It gives an advantage
/// to every segment of the thinking between two budgets, and to every summary.
package protocol BudgetAdvantageEstimator: AdvantageEstimator {
  /// The help for a rollout that scores budgets where another estimator is chosen.
  static var advice: String { get }
  /// The way advantages of summaries are computed.
  var summaries: SummaryEstimator { get }

  /// Returns one advantage for every response and segment.
  /// - Parameters:
  ///   - scores: for each response, its score at every budget.
  ///   - weights: the prior of the budgets.
  func advantages(scores: [[Double]], weights: [Double]) -> [[Double]]
  /// Returns mistakes in the fields of a rollout that this estimator learns from.
  func issues(in rollout: RolloutConfiguration) -> [FieldIssue]
}

extension BudgetAdvantageEstimator {
  package func issues(in rollout: RolloutConfiguration) -> [FieldIssue] { [] }

  /// Treats each whole response as a response with one budget.
  package func advantages(rewards: [Double], greedyReward: Double?) -> [Double] {
    advantages(scores: rewards.map { [$0] }, weights: [1]).map { $0[0] }
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

  package static func named(_ name: String) -> (any AdvantageEstimator.Type)? {
    all.first { $0.name == name }
  }
}

package import Fields

/// The metrics that tables, plots, claims and `laconic diff` know, in the order of the schema.
package enum Metrics {
  package static let all: [any MetricEntry] = [
    Accuracy(),
    AccuracyAtBudget.all,
    AccuracyAtCutoff.all,
    PassAtK.all,
    MajorityAtK.all,
    FirstFinishAtK.all,
    FirstFinishTokensAtK.all,
    LongestTokensAtK.all,
    AnytimeAccuracy(),
    MeanTokens(),
    MedianTokens(),
    ThinkingTokens(),
    Finished(),
    MeanTokensCorrect(),
    MeanTokensWrong(),
    TokensPerCorrect(),
    MeanBudget(),
    BudgetStated(),
    BudgetSlope(),
    BudgetCorrelation(),
    BudgetMatchingRate(),
    BudgetError(),
  ]

  package static var choices: [Choice] { all.map(\.choice) }

  package static func named(_ name: String) -> (any Metric)? {
    all.lazy.compactMap { $0.metric(named: name) }.first
  }

  /// The metrics that `laconic diff` shows.
  package static var inDiff: [any Metric] {
    all.compactMap { $0 as? any Metric }.filter(\.isInDiff)
  }
}

package import Fields

/// The metrics that tables, plots, claims and `laconic diff` know, in the order of the schema.
package enum Metrics {
  package static let all: [any MetricEntry] = listed + TokenQuantile.all

  private static let listed: [any MetricEntry] = [
    Accuracy(),
    AccuracyAtBudget.all,
    AccuracyAtCutoff.all,
    AverageAtK.all,
    PassAtK.all,
    PassHatK.all,
    GPassAtK.all,
    MeanGPassAtK.all,
    Coverage(),
    MajorityAtK.all,
    BestAtK.all,
    FirstFinishAtK.all,
    FirstFinishTokensAtK.all,
    LongestTokensAtK.all,
    TotalTokensAtK.all,
    AnytimeAccuracy(),
    MeanTokens(),
    MedianTokens(),
    PromptTokens(),
    ThinkingTokens(),
    AnswerTokens(),
    Finished(),
    CutByThinkingBudget(),
    CutByMaxNewTokens(),
    CutByContext(),
    EndedUnfinished(),
    NoAnswer(),
    Unreadable(),
    Unclosed(),
    RepeatedNGramsOfSize.all,
    Thoughts(),
    TokensPerThought(),
    MeanTokensCorrect(),
    MeanTokensWrong(),
    MeanTokensCut(),
    TokensPerCorrect(),
    MeanBudget(),
    BudgetStated(),
    BudgetSlope(),
    BudgetCorrelation(),
    BudgetMatchingRate(),
    BudgetError(),
    BudgetWithin.all,
    BudgetOvershoot(),
    BudgetOvershootMean(),
    FirstCorrect(),
    StableCorrect(),
    Waste(),
    Overthinking(),
    Underthinking(),
    CutRegret(),
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

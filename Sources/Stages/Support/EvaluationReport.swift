import Foundation
package import Reasoning
import Reporting

/// `evaluation.json`: the figures of one evaluation by split, difficulty and family.
///
/// Every number can be recomputed from `responses.jsonl` beside it.
package struct EvaluationReport: Codable, Sendable {
  package static let path = "evaluation.json"

  package struct Figures: Codable, Sendable {
    var questions: Int
    var responses: Int
    /// Mean over questions of the strategy's score.
    var accuracy: Double
    /// Over questions; absent for a single question.
    var accuracyStandardError: Double?
    var meanTokens: Double
    var meanTokensStandardError: Double?
    var finished: Double
    var tokens: Distribution
    /// Mean length of right and of wrong responses, apart.
    var meanTokensCorrect: Double?
    var meanTokensWrong: Double?

    enum CodingKeys: String, CodingKey {
      case questions, responses, accuracy
      case accuracyStandardError = "accuracy_stderr"
      case meanTokens = "mean_tokens"
      case meanTokensStandardError = "mean_tokens_stderr"
      case finished, tokens
      case meanTokensCorrect = "mean_tokens_correct"
      case meanTokensWrong = "mean_tokens_wrong"
    }
  }

  package struct BudgetFigures: Codable, Sendable {
    var budget: Int
    var accuracy: Double
    var meanTokens: Double

    enum CodingKeys: String, CodingKey {
      case budget, accuracy
      case meanTokens = "mean_tokens"
    }
  }

  package struct Split: Codable, Sendable {
    var name: String
    var all: Figures
    var byDifficulty: [String: Figures]
    var byFamily: [String: Figures]
    /// Had generation been cut off at these lengths; present when budgets were asked for.
    var generationCutoff: [BudgetFigures]?

    enum CodingKeys: String, CodingKey {
      case name, all
      case byDifficulty = "by_difficulty"
      case byFamily = "by_family"
      case generationCutoff = "generation_cutoff"
    }
  }

  package let strategy: String
  package let splits: [Split]

  package init(
    _ records: [ResponseRecord], splits: [String], strategy: any AnswerStrategy, budgets: [Int]
  ) {
    self.strategy = strategy.name
    self.splits = splits.compactMap { name in
      let records = records.filter { $0.split == name }
      guard let all = Figures(records, strategy: strategy) else { return nil }
      return Split(
        name: name, all: all,
        byDifficulty: Self.figures(records, strategy) { String($0.problem.difficulty) },
        byFamily: Self.figures(records, strategy) { $0.problem.family },
        generationCutoff: budgets.isEmpty ? nil : Self.cutoffs(records, at: budgets))
    }
  }

  private static func figures(
    _ records: [ResponseRecord], _ strategy: any AnswerStrategy,
    by key: (ResponseRecord) -> String
  ) -> [String: Figures] {
    Dictionary(grouping: records, by: key).compactMapValues { Figures($0, strategy: strategy) }
  }

  private static func cutoffs(_ records: [ResponseRecord], at budgets: [Int]) -> [BudgetFigures] {
    let graded = records.map(\.graded)
    return budgets.compactMap { budget in
      guard let accuracy = GenerationCutoff.accuracy(of: graded, at: budget),
        let tokens = GenerationCutoff.meanTokens(of: graded, at: budget)
      else { return nil }
      return BudgetFigures(budget: budget, accuracy: accuracy, meanTokens: tokens)
    }
  }
}

extension EvaluationReport.Figures {
  /// nil of no responses.
  init?(_ records: [ResponseRecord], strategy: any AnswerStrategy) {
    let questions = records.byQuestion
    let lengths = records.map { Double($0.tokenCount) }
    guard
      let accuracy = Estimate(
        questions.map { question in
          strategy.score(
            question.map { SampledAnswer(answer: $0.sampledAnswer, isCorrect: $0.isCorrect) })
        }),
      let tokens = EvaluationMetric.meanTokens.estimate(questions),
      let finished = EvaluationMetric.finished.estimate(questions),
      let distribution = Distribution(lengths)
    else { return nil }
    self.init(
      questions: questions.count, responses: records.count, accuracy: accuracy.mean,
      accuracyStandardError: accuracy.standardError, meanTokens: tokens.mean,
      meanTokensStandardError: tokens.standardError, finished: finished.mean,
      tokens: distribution,
      meanTokensCorrect: Statistics.mean(
        records.filter(\.isCorrect).map { Double($0.tokenCount) }),
      meanTokensWrong: Statistics.mean(
        records.filter { !$0.isCorrect }.map { Double($0.tokenCount) }))
  }
}

package import Fields
package import Foundation
package import Reasoning
import Reporting

/// `evaluation.json`: the figures of one evaluation by split, difficulty and family.
///
/// Every number can be recomputed from `responses.jsonl` beside it.
package struct EvaluationReport: Sendable {
  package static let path = "evaluation.json"

  package struct Figures: Sendable {
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

  }

  package struct BudgetFigures: Sendable {
    var budget: Int
    var accuracy: Double
    var meanTokens: Double

  }

  package struct Split: Sendable {
    var name: String
    var all: Figures
    var byDifficulty: [String: Figures]
    var byFamily: [String: Figures]
    /// Had generation been cut off at these lengths; present when budgets were asked for.
    var generationCutoff: [BudgetFigures]?

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
      let accuracy = EvaluationMetric.accuracy.estimate(questions, strategy: strategy),
      let tokens = EvaluationMetric.meanTokens.estimate(questions, strategy: strategy),
      let finished = EvaluationMetric.finished.estimate(questions, strategy: strategy),
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

// MARK: As JSON

extension EvaluationReport {
  package var json: JSONText {
    .object([
      ("strategy", .string(strategy)),
      ("splits", .array(splits.map(\.json))),
    ])
  }

  /// The strategy a stored report was made with.
  package static func strategy(of data: Data) throws -> (any AnswerStrategy)? {
    struct Head: Decodable { var strategy: String }
    return AnswerStrategies.named(try JSONDecoder().decode(Head.self, from: data).strategy)
  }
}

extension EvaluationReport.Split {
  fileprivate var json: JSONText {
    var members: [(String, JSONText)] = [
      ("name", .string(name)), ("all", all.json),
      ("by_difficulty", Self.object(byDifficulty)), ("by_family", Self.object(byFamily)),
    ]
    if let generationCutoff {
      members.append(
        (
          "generation_cutoff",
          .array(
            generationCutoff.map {
              .object([
                ("budget", .int($0.budget)), ("accuracy", .double($0.accuracy)),
                ("mean_tokens", .double($0.meanTokens)),
              ])
            })
        ))
    }
    return .object(members)
  }

  private static func object(_ figures: [String: EvaluationReport.Figures]) -> JSONText {
    .object(figures.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
  }
}

extension EvaluationReport.Figures {
  fileprivate var json: JSONText {
    func optional(_ value: Double?) -> JSONText { value.map { .double($0) } ?? .null }
    return .object([
      ("questions", .int(questions)), ("responses", .int(responses)),
      ("accuracy", .double(accuracy)), ("accuracy_stderr", optional(accuracyStandardError)),
      ("mean_tokens", .double(meanTokens)),
      ("mean_tokens_stderr", optional(meanTokensStandardError)),
      ("finished", .double(finished)),
      ("mean_tokens_correct", optional(meanTokensCorrect)),
      ("mean_tokens_wrong", optional(meanTokensWrong)),
      (
        "tokens",
        .object([
          ("min", .double(tokens.minimum)), ("q10", .double(tokens.q10)),
          ("median", .double(tokens.median)), ("q90", .double(tokens.q90)),
          ("max", .double(tokens.maximum)),
          (
            "histogram",
            .object([
              ("lower", .double(tokens.histogram.lower)),
              ("width", .double(tokens.histogram.width)),
              ("counts", .array(tokens.histogram.counts.map { .int($0) })),
            ])
          ),
        ])
      ),
    ])
  }
}

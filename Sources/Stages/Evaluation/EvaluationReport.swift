package import Fields
package import Foundation
package import Reasoning
import Reporting

/// The rules by which an evaluation's responses become metrics.
package struct Judgement: Sendable {
  package var strategy: any AnswerAggregation
  /// Thinking budgets and their weights; nil if thoughts were not cut.
  package var plan: BudgetPlan?
  /// The second verifier, with which the first is compared; nil for none.
  package var audit: String?

  package init(
    strategy: any AnswerAggregation, plan: BudgetPlan? = nil, audit: String? = nil
  ) {
    self.strategy = strategy
    self.plan = plan
    self.audit = audit
  }
}

/// `evaluation.json`: the metrics of one evaluation by split, difficulty and family.
///
/// Every number can be recomputed from `responses.jsonl` beside it.
package struct EvaluationReport: Sendable {
  package static let path = "evaluation.json"

  package struct Figures: Sendable {
    var questions: Int
    var responses: Int
    /// Mean over questions of the strategy's score.
    var accuracy: Double
    /// Standard error over questions, or over clusters of them; absent if all have the same score.
    var accuracyStandardError: Double?
    /// The 95 % interval, inside 0...1; absent for a single question.
    var accuracyInterval: ClosedRange<Double>?
    var meanTokens: Double
    var meanTokensStandardError: Double?
    var finished: Double
    var finishedInterval: ClosedRange<Double>?
    /// The number of responses whose answers the verifier could not read.
    var unreadable: Int
    var tokens: Distribution
    /// Mean length of correct responses and of wrong responses.
    var meanTokensCorrect: Double?
    var meanTokensWrong: Double?
  }

  package struct CutoffFigures: Sendable {
    var budget: Int
    var accuracy: Double
    var meanTokens: Double
  }

  package struct Split: Sendable {
    var name: String
    var all: Figures
    var byDifficulty: [String: Figures]
    var byFamily: [String: Figures]
    /// Metrics as if generation had been cut off at these lengths; present only if requested.
    var generationCutoff: [CutoffFigures]?
    var budgets: BudgetReport?
  }

  package let strategy: String
  package let plan: BudgetPlan?
  package let splits: [Split]
  /// The verdicts of a second verifier beside the first one's; nil if none was asked for.
  package let audit: GraderAudit?

  /// If thoughts were cut, the metrics are those of the largest budget.
  /// - Parameter generationCutoff: cut-off lengths, ascending.
  package init(
    _ records: [ResponseRecord], splits: [String], judgement: Judgement, generationCutoff: [Int]
  ) {
    let strategy = judgement.strategy
    self.strategy = strategy.name
    plan = judgement.plan
    audit = judgement.audit.flatMap { try? GraderAudit(records, against: $0) }
    self.splits = splits.compactMap { name in
      let held = records.filter { $0.split == name }
      let records = held.byQuestion.final.flatMap { $0 }
      guard let all = Figures(records, strategy: strategy) else { return nil }
      return Split(
        name: name, all: all,
        byDifficulty: Self.figures(records, strategy) { String($0.problem.difficulty) },
        byFamily: Self.figures(records, strategy) { $0.problem.family },
        generationCutoff: generationCutoff.isEmpty
          ? nil : Self.cutoffs(records, at: generationCutoff),
        budgets: BudgetReport(held, judgement))
    }
  }

  private static func figures(
    _ records: [ResponseRecord], _ strategy: any AnswerAggregation,
    by key: (ResponseRecord) -> String
  ) -> [String: Figures] {
    Dictionary(grouping: records, by: key).compactMapValues { Figures($0, strategy: strategy) }
  }

  private static func cutoffs(_ records: [ResponseRecord], at lengths: [Int]) -> [CutoffFigures] {
    let graded = records.map(\.graded)
    return lengths.compactMap { budget in
      guard let accuracy = GenerationCutoff.accuracy(of: graded, at: budget),
        let tokens = GenerationCutoff.meanTokens(of: graded, at: budget)
      else { return nil }
      return CutoffFigures(budget: budget, accuracy: accuracy, meanTokens: tokens)
    }
  }
}

extension EvaluationReport.Figures {
  /// Nil if there are no responses.
  init?(_ records: [ResponseRecord], strategy: any AnswerAggregation) {
    let questions = records.byQuestion
    let lengths = records.map { Double($0.tokenCount) }
    guard
      let accuracy = Estimate(
        questions.map { $0.score(by: strategy) }, clusters: questions.clusters, isShare: true),
      let tokens = Estimate(
        samples: questions.map { $0.map { Double($0.tokenCount) } }, clusters: questions.clusters),
      let finished = Estimate(
        samples: questions.map { $0.map { $0.isFinished ? 1 : 0 } }, clusters: questions.clusters,
        isShare: true),
      let distribution = Distribution(lengths)
    else { return nil }
    self.init(
      questions: questions.count, responses: records.count, accuracy: accuracy.mean,
      accuracyStandardError: accuracy.standardError, accuracyInterval: accuracy.interval95,
      meanTokens: tokens.mean, meanTokensStandardError: tokens.standardError,
      finished: finished.mean, finishedInterval: finished.interval95,
      unreadable: records.count { $0.verdict == .unreadable }, tokens: distribution,
      meanTokensCorrect: Statistics.mean(
        records.filter(\.isCorrect).map { Double($0.tokenCount) }),
      meanTokensWrong: Statistics.mean(
        records.filter { !$0.isCorrect }.map { Double($0.tokenCount) }))
  }
}

// MARK: As JSON

extension EvaluationReport {
  package var json: JSONText {
    var members: [(String, JSONText)] = [("strategy", .string(strategy))]
    if let plan {
      members.append(
        (
          "budget_prior",
          .object([
            ("budgets", .array(plan.budgets.map { .int($0) })),
            ("weights", .array(plan.weights.map { .double($0) })),
            ("num_summaries", .int(plan.summariesPerBudget)),
          ])
        ))
    }
    if let audit { members.append(("audit", audit.json)) }
    return .object(members + [("splits", .array(splits.map(\.json)))])
  }

  private struct Head: Decodable {
    struct Prior: Decodable {
      var budgets: [Int]
      var weights: [Double]
      var summaries: Int

      enum CodingKeys: String, CodingKey {
        case budgets, weights
        case summaries = "num_summaries"
      }
    }
    struct Audit: Decodable {
      var against: String
    }
    var strategy: String
    var prior: Prior?
    var audit: Audit?

    enum CodingKeys: String, CodingKey {
      case strategy, audit
      case prior = "budget_prior"
    }
  }

  /// The rules by which the responses of a stored report were judged; each response is scored alone
  /// if the strategy is unknown.
  package static func judgement(of data: Data) throws -> Judgement {
    let head = try JSONDecoder().decode(Head.self, from: data)
    let prior = head.prior.flatMap { $0.budgets.count == $0.weights.count ? $0 : nil }
    return Judgement(
      strategy: AnswerAggregations.named(head.strategy) ?? MeanAccuracy(),
      plan: prior.map {
        BudgetPlan(budgets: $0.budgets, weights: $0.weights, summariesPerBudget: $0.summaries)
      }, audit: head.audit?.against)
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
    return .object(members + (budgets?.json ?? []))
  }

  private static func object(_ figures: [String: EvaluationReport.Figures]) -> JSONText {
    .object(figures.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
  }
}

extension EvaluationReport.Figures {
  fileprivate var json: JSONText {
    func optional(_ value: Double?) -> JSONText { value.map { .double($0) } ?? .null }
    let members: [(String, JSONText)] = [
      ("questions", .int(questions)), ("responses", .int(responses)),
      ("accuracy", .double(accuracy)), ("accuracy_stderr", optional(accuracyStandardError)),
      ("accuracy_lower", optional(accuracyInterval?.lowerBound)),
      ("accuracy_upper", optional(accuracyInterval?.upperBound)),
      ("mean_tokens", .double(meanTokens)),
      ("mean_tokens_stderr", optional(meanTokensStandardError)),
      ("finished", .double(finished)),
      ("finished_lower", optional(finishedInterval?.lowerBound)),
      ("finished_upper", optional(finishedInterval?.upperBound)),
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
    ]
    return .object(members + (unreadable > 0 ? [("unreadable", .int(unreadable))] : []))
  }
}

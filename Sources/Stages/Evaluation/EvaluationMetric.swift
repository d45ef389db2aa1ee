package import Fields
package import Reasoning
package import Reporting

/// A metric computed from stored responses.
package enum EvaluationMetric: Hashable, Sendable {
  case accuracy
  /// Accuracy of the responses under this budget.
  case accuracyAt(Int)
  /// pass@k: the probability that at least one of k of a question's responses is correct.
  case passAt(Int)
  case majorityAt(Int)
  case anytimeAccuracy
  case meanTokens
  case medianTokens
  case thinkingTokens
  case finished
  case meanTokensCorrect
  case meanTokensWrong
  case meanBudget
  case budgetStated
  case budgetSlope
  case budgetCorrelation
  case budgetMatchingRate
  case budgetError

  package var meaning: String {
    switch self {
    case .accuracy: "the score of a question's responses by eval's strategy, mean over questions"
    case .accuracyAt(let budget): "accuracy of the responses under a budget of \(budget)"
    case .passAt(let count): "chance that one of \(count) responses is right"
    case .majorityAt(let count): "chance that the majority of \(count) responses is right"
    case .anytimeAccuracy: "accuracy at the thinking budgets, weighed by eval's budget_prior"
    case .meanTokens: "mean response length, unfinished responses included"
    case .medianTokens: "median response length"
    case .thinkingTokens: "mean tokens before </t>"
    case .finished: "share of responses that ended by themselves"
    case .meanTokensCorrect: "mean length of the correct responses"
    case .meanTokensWrong: "mean length of the wrong responses"
    case .meanBudget: "mean of the budgets that responses state or are given"
    case .budgetStated: "share of responses that state a budget, or are given one"
    case .budgetSlope: "slope of a line fitted to length over the budget stated or given"
    case .budgetCorrelation: "correlation of length with the budget stated or given"
    case .budgetMatchingRate: "share of responses whose length is within half of their budget"
    case .budgetError: "mean distance of length from budget, as a share of the budget"
    }
  }

  /// The column header.
  package var header: String {
    switch self {
    case .accuracy: "accuracy"
    case .accuracyAt(let budget): "acc@\(budget)"
    case .passAt, .majorityAt: rawValue
    case .anytimeAccuracy: "anytime"
    case .meanTokens: "tokens"
    case .medianTokens: "median tokens"
    case .thinkingTokens: "thinking"
    case .finished: "finished"
    case .meanTokensCorrect: "tokens if right"
    case .meanTokensWrong: "tokens if wrong"
    case .meanBudget: "budget"
    case .budgetStated: "stated"
    case .budgetSlope: "slope"
    case .budgetCorrelation: "correlation"
    case .budgetMatchingRate: "matching"
    case .budgetError: "error"
    }
  }

  /// The label of a plot's axis.
  package var axisLabel: String {
    switch self {
    case .accuracy: "accuracy"
    case .accuracyAt(let budget): "accuracy at \(budget) tokens"
    case .passAt(let count): "share right in one of \(count) responses"
    case .majorityAt(let count): "share right by majority of \(count) responses"
    case .anytimeAccuracy: "anytime accuracy"
    case .meanTokens: "mean response tokens"
    case .medianTokens: "median response tokens"
    case .thinkingTokens: "mean thinking tokens"
    case .finished: "share finished"
    case .meanTokensCorrect: "mean tokens of right responses"
    case .meanTokensWrong: "mean tokens of wrong responses"
    case .meanBudget: "mean budget"
    case .budgetStated: "share that state a budget"
    case .budgetSlope: "slope of length over budget"
    case .budgetCorrelation: "correlation of length and budget"
    case .budgetMatchingRate: "share within half of the budget"
    case .budgetError: "mean relative error of length"
    }
  }

  /// The number of decimals shown to the user.
  package var digits: Int {
    switch self {
    case .meanTokens, .medianTokens, .thinkingTokens, .meanTokensCorrect, .meanTokensWrong,
      .meanBudget:
      1
    default: 3
    }
  }

  /// True if the metric comes from sums over questions, and therefore has intervals.
  package var hasPanel: Bool { self != .medianTokens }

  /// True if the metric is a mean of scores between 0 and 1.
  package var isShare: Bool {
    switch self {
    case .accuracy, .accuracyAt, .passAt, .majorityAt, .anytimeAccuracy, .finished, .budgetStated,
      .budgetMatchingRate:
      true
    default: false
    }
  }

  /// The minimum number of responses per question.
  package var responsesNeeded: Int {
    switch self {
    case .passAt(let count), .majorityAt(let count): count
    default: 1
    }
  }

  /// The statistic that is computed from the sums over questions.
  package var figure: Moments.Figure {
    switch self {
    case .budgetSlope: .slope
    case .budgetCorrelation: .correlation
    default: .mean
    }
  }
}

// MARK: Names

extension EvaluationMetric: FieldChoice {
  /// The metrics whose names have no number in them.
  package static let allCases: [EvaluationMetric] = [
    .accuracy, .anytimeAccuracy, .meanTokens, .medianTokens, .thinkingTokens, .finished,
    .meanTokensCorrect, .meanTokensWrong, .meanBudget, .budgetStated, .budgetSlope,
    .budgetCorrelation, .budgetMatchingRate, .budgetError,
  ]

  private static let atBudget = Choice(
    "accuracy@B", "accuracy of the responses under a budget of B: accuracy@32")

  private static let passAtCount = Choice(
    "pass@B", "chance that one of B of a question's responses is right: pass@4")
  private static let majorityAtCount = Choice(
    "maj@B", "chance that the majority of B of a question's responses is right: maj@4")

  package static var choices: [Choice] {
    var choices = allCases.map { Choice($0.rawValue, $0.meaning) }
    choices.insert(contentsOf: [atBudget, passAtCount, majorityAtCount], at: 1)
    return choices
  }

  package init?(rawValue: String) {
    let numbered: [(Choice, (Int) -> EvaluationMetric)] = [
      (Self.atBudget, { .accuracyAt($0) }), (Self.passAtCount, { .passAt($0) }),
      (Self.majorityAtCount, { .majorityAt($0) }),
    ]
    if let (_, metric) = numbered.first(where: { $0.0.accepts(rawValue) }),
      let number = Int(rawValue.drop { $0 != "@" }.dropFirst())
    {
      self = metric(number)
      return
    }
    guard let metric = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = metric
  }

  package var rawValue: String {
    switch self {
    case .accuracy: "accuracy"
    case .accuracyAt(let budget): "accuracy@\(budget)"
    case .passAt(let count): "pass@\(count)"
    case .majorityAt(let count): "maj@\(count)"
    case .anytimeAccuracy: "anytime_accuracy"
    case .meanTokens: "mean_tokens"
    case .medianTokens: "median_tokens"
    case .thinkingTokens: "thinking_tokens"
    case .finished: "finished"
    case .meanTokensCorrect: "mean_tokens_correct"
    case .meanTokensWrong: "mean_tokens_wrong"
    case .meanBudget: "mean_budget"
    case .budgetStated: "budget_stated"
    case .budgetSlope: "budget_slope"
    case .budgetCorrelation: "budget_correlation"
    case .budgetMatchingRate: "budget_matching_rate"
    case .budgetError: "budget_error"
    }
  }
}

// MARK: Figures

extension EvaluationMetric {
  /// One question's contribution: its mean, or for metrics of only some responses a sum over these.
  /// If thoughts were cut, metrics without a budget use the largest budget.
  package func cell(_ responses: [ResponseRecord], judgement: Judgement) -> Moments {
    let strategy = judgement.strategy
    func sum(_ responses: [ResponseRecord]) -> Moments {
      responses.reduce(into: Moments()) { $0.add(Moments(Double($1.tokenCount))) }
    }
    func mean(_ value: (ResponseRecord) -> Double) -> Moments {
      Statistics.mean(responses.final.map(value)).map { Moments($0) } ?? Moments()
    }
    /// A sum over responses that have both an announced budget b and a length.
    func pairs(_ moments: (Int, Int) -> Moments) -> Moments {
      responses.reduce(into: Moments()) { sum, record in
        if let budget = record.announcedBudget { sum.add(moments(budget, record.tokenCount)) }
      }
    }
    switch self {
    case .accuracy: return Moments(responses.final.score(by: strategy))
    case .accuracyAt(let budget):
      let under = responses.filter { $0.budget == budget }
      return under.isEmpty ? Moments() : Moments(under.score(by: strategy))
    case .passAt(let count):
      return score(ofDraws: responses) { samples in
        SubsetScore.pass(samples.count(where: \.isCorrect), of: samples.count, drawing: count)
      }
    case .majorityAt(let count):
      return score(ofDraws: responses) { SubsetScore.majority($0, drawing: count) }
    case .anytimeAccuracy:
      return responses.anytimeScore(by: strategy, judgement.plan).map { Moments($0) } ?? Moments()
    case .meanTokens, .medianTokens: return mean { Double($0.tokenCount) }
    case .thinkingTokens: return mean { Double($0.thinkingTokenCount) }
    case .finished: return mean { $0.isFinished ? 1 : 0 }
    case .meanTokensCorrect: return sum(responses.final.filter(\.isCorrect))
    case .meanTokensWrong: return sum(responses.final.filter { !$0.isCorrect })
    case .meanBudget: return pairs { budget, _ in Moments(Double(budget)) }
    case .budgetStated:
      // A mean over all responses: one under each prefilled budget; a response that states no
      // budget counts too.
      return responses.reduce(into: Moments()) {
        $0.add(Moments($1.announcedBudget == nil ? 0 : 1))
      }
    case .budgetSlope, .budgetCorrelation:
      return pairs { Moments(x: Double($0), y: Double($1)) }
    case .budgetMatchingRate:
      return pairs {
        Moments(
          BudgetAdherence.relativeError(budget: $0, length: $1) <= BudgetAdherence.tolerance ? 1 : 0
        )
      }
    case .budgetError:
      return pairs { Moments(BudgetAdherence.relativeError(budget: $0, length: $1)) }
    }
  }

  /// The mean of a score of samples over the ways to take one final response of each sample.
  private func score(
    ofDraws responses: [ResponseRecord], _ score: ([SampledAnswer]) -> Double?
  ) -> Moments {
    Statistics.mean(responses.draws.compactMap { score($0.map(\.sampled)) })
      .map { Moments($0) } ?? Moments()
  }
}

extension [ResponseRecord] {
  /// The final responses as draws in which every sample counts once: a sample that was answered
  /// under several given budgets, or in several summaries, has one response in each draw.
  ///
  /// The k responses of `pass@k` and `maj@k` are those of k samples. Two summaries of one thought
  /// are not two samples, and as such would make more of `num_generations` than were drawn.
  fileprivate var draws: [[ResponseRecord]] {
    final.grouped { record in
      // A thought's largest budget is its own.
      Draw(
        use: record.budgetUse, budget: record.budgetUse == .thinking ? nil : record.budget,
        summary: record.summary)
    }.map(\.elements)
  }
}

private struct Draw: Hashable {
  let use: ResponseRecord.BudgetUse?
  let budget: Int?
  let summary: Int?
}

extension ResponseRecord {
  /// The name that identifies the question; it pairs the answers of two methods.
  package var questionName: String { problem.questionName(in: split) }

  /// The name of the group of dependent questions that this one belongs to: the data set's
  /// `cluster`, or if there is none, the question's own name.
  package var clusterName: String { problem.clusterName(in: split) }

  fileprivate var sampled: SampledAnswer {
    SampledAnswer(answer: sampledAnswer, isCorrect: isFinished && isCorrect)
  }
}

extension Problem {
  /// The name that identifies the problem among those of all splits. Prompts that Unicode considers
  /// equivalent are distinguished by their digest.
  func questionName(in split: String) -> String {
    split + "\n" + prompt + (prompt.utf8.allSatisfy { $0 < 0x80 } ? "" : "\n" + id)
  }

  /// The name of the problem's cluster; one cluster may have questions in several splits.
  func clusterName(in split: String) -> String {
    cluster.map { "cluster\n" + $0 } ?? questionName(in: split)
  }
}

extension [ResponseRecord] {
  /// The score of one question's responses.
  package func score(by strategy: any AnswerAggregation) -> Double {
    strategy.score(map(\.sampled))
  }

  /// The responses grouped by question, questions in order of first appearance.
  package var byQuestion: [[ResponseRecord]] { grouped(by: \.questionName).map(\.elements) }
}

extension Sequence {
  /// The elements grouped by key, keys in order of first appearance.
  package func grouped<Key: Hashable>(
    by key: (Element) -> Key
  ) -> [(key: Key, elements: [Element])] {
    var places: [Key: Int] = [:]
    var groups: [(key: Key, elements: [Element])] = []
    for element in self {
      let value = key(element)
      if let place = places[value] {
        groups[place].elements.append(element)
      } else {
        places[value] = groups.count
        groups.append((value, [element]))
      }
    }
    return groups
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repeats, in order of first appearance.
  package func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

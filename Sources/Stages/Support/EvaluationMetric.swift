package import Fields
package import Reasoning
package import Reporting

/// A figure computed from stored responses.
package enum EvaluationMetric: Hashable, Sendable {
  case accuracy
  /// Of responses under this budget.
  case accuracyAt(Int)
  /// Of so many of a question's responses.
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

  /// What a plot's axis says.
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

  /// Decimals people see.
  package var digits: Int {
    switch self {
    case .meanTokens, .medianTokens, .thinkingTokens, .meanTokensCorrect, .meanTokensWrong,
      .meanBudget:
      1
    default: 3
    }
  }

  /// Whether it comes from sums over questions, and so has intervals.
  package var hasPanel: Bool { self != .medianTokens }

  /// Whether it is a mean of scores between 0 and 1.
  package var isShare: Bool {
    switch self {
    case .accuracy, .accuracyAt, .passAt, .majorityAt, .anytimeAccuracy, .finished, .budgetStated,
      .budgetMatchingRate:
      true
    default: false
    }
  }

  /// How many responses a question has to have.
  package var responsesNeeded: Int {
    switch self {
    case .passAt(let count), .majorityAt(let count): count
    default: 1
    }
  }

  /// How the questions' sums become the figure.
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
  /// Those that are written as they are.
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
  /// One question's part: its mean, or for figures of some responses alone a sum over these. Where
  /// thoughts were cut, figures that name no budget are those of the largest.
  package func cell(_ responses: [ResponseRecord], judgement: Judgement) -> Moments {
    let strategy = judgement.strategy
    func sum(_ responses: [ResponseRecord]) -> Moments {
      responses.reduce(into: Moments()) { $0.add(Moments(Double($1.tokenCount))) }
    }
    func mean(_ value: (ResponseRecord) -> Double) -> Moments {
      Statistics.mean(responses.final.map(value)).map { Moments($0) } ?? Moments()
    }
    /// Over responses with a budget b to follow, and a length.
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
      let final = responses.final
      return SubsetScore.pass(final.count(where: \.isCorrect), of: final.count, drawing: count)
        .map { Moments($0) } ?? Moments()
    case .majorityAt(let count):
      return SubsetScore.majority(responses.final.map(\.sampled), drawing: count)
        .map { Moments($0) } ?? Moments()
    case .anytimeAccuracy:
      return responses.anytimeScore(by: strategy, judgement.plan).map { Moments($0) } ?? Moments()
    case .meanTokens, .medianTokens: return mean { Double($0.tokenCount) }
    case .thinkingTokens: return mean { Double($0.thinkingTokenCount) }
    case .finished: return mean { $0.isFinished ? 1 : 0 }
    case .meanTokensCorrect: return sum(responses.final.filter(\.isCorrect))
    case .meanTokensWrong: return sum(responses.final.filter { !$0.isCorrect })
    case .meanBudget: return pairs { budget, _ in Moments(Double(budget)) }
    case .budgetStated:
      // Of all responses: one under each given budget, and one that states none counts as well.
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
}

extension ResponseRecord {
  /// What tells questions apart, and makes pairs of two methods' answers.
  package var questionName: String { problem.questionName(in: split) }

  /// What its question shares with others that are not independent of it: the data set's `cluster`, or
  /// nothing, and then its own name.
  package var clusterName: String { problem.clusterName(in: split) }

  fileprivate var sampled: SampledAnswer {
    SampledAnswer(answer: sampledAnswer, isCorrect: isCorrect)
  }
}

extension Problem {
  /// What tells it from the other problems of all splits. Prompts that Unicode holds for equivalent
  /// are told apart by their digest.
  func questionName(in split: String) -> String {
    split + "\n" + prompt + (prompt.utf8.allSatisfy { $0 < 0x80 } ? "" : "\n" + id)
  }

  /// Questions of one cluster may stand in several splits.
  func clusterName(in split: String) -> String {
    cluster.map { "cluster\n" + $0 } ?? questionName(in: split)
  }
}

extension [ResponseRecord] {
  /// The score of one question's responses.
  package func score(by strategy: any AnswerStrategy) -> Double {
    strategy.score(map(\.sampled))
  }

  /// The responses of each question together, questions in order of first appearance.
  package var byQuestion: [[ResponseRecord]] { grouped(by: \.questionName).map(\.elements) }
}

extension Sequence {
  /// Elements with equal keys together, keys in order of first appearance.
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

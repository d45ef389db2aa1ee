package import Fields
import Reasoning
package import Reporting

/// A number computed from stored responses: a column of tables, an axis of plots, the subject of
/// claims, a row of `laconic diff`. A new metric is one file here and one line in `Metrics`.
package protocol Metric: MetricEntry {
  /// The name as the user writes it: `mean_tokens`, `pass@4`.
  var name: String { get }
  var meaning: String { get }
  /// The header of its column; the name if it has none of its own.
  var header: String { get }
  /// The label of a plot's axis.
  var axisLabel: String { get }
  var unit: MetricUnit { get }
  /// The smallest number of responses per question.
  var responsesNeeded: Int { get }
  /// True if it reads the tokens of responses or their log-probabilities, which are then kept.
  var readsTokens: Bool { get }
  /// True if it reads thoughts that were cut at several budgets.
  var needsCuts: Bool { get }
  /// The splits that it names itself; empty where a column's or a claim's split decides.
  var ownSplits: [String] { get }
  /// True if it depends on the lengths of responses, so that it has no value where they are not
  /// known.
  var readsLengths: Bool { get }
  /// True if it depends on the lengths of thinking, so that it has no value where only whole
  /// responses were counted.
  var readsThinkingLengths: Bool { get }
  /// True if `laconic diff` shows it for every evaluation.
  var isInDiff: Bool { get }
  var computation: MetricComputation { get }
}

/// An entry of the registry: one metric, or all metrics of one name with a number in it.
package protocol MetricEntry: Sendable {
  var choice: Choice { get }
  func metric(named name: String) -> (any Metric)?
}

/// The unit of a metric, which decides the decimals and the form of the interval.
package enum MetricUnit: Sendable, Hashable {
  /// A mean of scores between 0 and 1, whose interval stays in that range.
  case share
  case tokens
  /// An amount of money, often a small part of its unit.
  case money
  /// Any other number.
  case number

  /// The number of decimals shown to people.
  package var digits: Int {
    switch self {
    case .tokens: 1
    case .money: 6
    case .share, .number: 3
    }
  }
}

/// The way from responses to a metric. All forms read lengths, budgets, answers and verdicts, and
/// tokens only if the metric says so.
package enum MetricComputation: Sendable {
  /// A statistic of sums over questions, which has intervals over seeds and questions. The function
  /// returns one question's contribution under one seed; it is empty if nothing counts.
  case overQuestions(
    Moments.Figure = .mean, @Sendable (_ question: [ResponseRecord], Judgement) -> Moments)
  /// A statistic that is no sum over questions, such as a median. It has no interval, so claims
  /// cannot be about it. Nil without responses.
  case overResponses(@Sendable (_ responses: [ResponseRecord]) -> Double?)
  /// A number computed from several figures, perhaps of other results too; it has intervals. Nil
  /// where one of the figures is missing.
  case composed(@Sendable (ComparedResults, ResultFilter) -> GridFunction?)

  /// The mean over questions of a score of their responses, one of each sample at a time.
  static func overResponseDraws(
    _ score: @escaping @Sendable (_ responses: [ResponseRecord]) -> Double?
  ) -> MetricComputation {
    .overQuestions { question, _ in
      Moments(ifAny: Statistics.mean(question.draws.compactMap(score)))
    }
  }

  /// The mean over questions of a score of their samples, each counted once.
  static func overDraws(
    _ score: @escaping @Sendable (_ samples: [SampledAnswer]) -> Double?
  ) -> MetricComputation {
    .overQuestions { question, _ in Moments(ifAny: question.meanOverDraws(score)) }
  }

  /// The same for a score that counts equal answers, as the problem's verifier compares them.
  static func overVotes(
    _ score: @escaping @Sendable (_ samples: [SampledAnswer]) -> Double?
  ) -> MetricComputation {
    .overQuestions { question, _ in Moments(ifAny: question.meanOverVotes(score)) }
  }
}

extension Metric {
  package var header: String { name }
  package var responsesNeeded: Int { 1 }
  package var readsTokens: Bool { false }
  package var needsCuts: Bool { false }
  package var ownSplits: [String] { [] }
  package var isInDiff: Bool { false }
  package var readsThinkingLengths: Bool { needsCuts }

  package var readsLengths: Bool { unit == .tokens || needsCuts }

  package var digits: Int { unit.digits }

  package var hasInterval: Bool {
    if case .overResponses = computation { false } else { true }
  }

  package var choice: Choice { Choice(name, meaning) }

  package func metric(named name: String) -> (any Metric)? { name == self.name ? self : nil }
}

// MARK: Contributions of one question

extension Moments {
  /// One observation; none for nil.
  init(ifAny value: Double?) {
    self = value.map { Moments($0) } ?? Moments()
  }
}

extension [ResponseRecord] {
  /// One observation: the mean over the question's final responses that have a value, so that
  /// questions count alike; none if no response has one.
  func mean(_ value: (ResponseRecord) -> Double?) -> Moments {
    Moments(ifAny: Statistics.mean(final.compactMap(value)))
  }

  /// One observation for each response, so that responses count alike.
  func sum(_ observation: (ResponseRecord) -> Moments) -> Moments {
    reduce(into: Moments()) { $0.add(observation($1)) }
  }
}

extension Sequence<ResponseRecord> {
  /// True if the lengths that a metric depends on are known for all responses.
  package func haveLengths(for metric: any Metric) -> Bool {
    allSatisfy { record in
      (record.hasLength || !metric.readsLengths)
        && (record.hasThinkingLength || !metric.readsThinkingLengths)
    }
  }
}

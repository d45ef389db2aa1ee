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
  /// Any other number.
  case number

  /// The number of decimals shown to people.
  package var digits: Int { self == .tokens ? 1 : 3 }
}

/// The way from responses to a metric. Both forms read the question's length, budget, answer and
/// correctness, never its tokens.
package enum MetricComputation: Sendable {
  /// A statistic of sums over questions, which has intervals over seeds and questions. The function
  /// returns one question's contribution under one seed; it is empty if nothing counts.
  case overQuestions(
    Moments.Figure = .mean, @Sendable (_ question: [ResponseRecord], Judgement) -> Moments)
  /// A statistic that is no sum over questions, such as a median. It has no interval, so claims
  /// cannot be about it. Nil without responses.
  case overResponses(@Sendable (_ responses: [ResponseRecord]) -> Double?)

  /// The mean over questions of a score of their samples, each counted once.
  static func overDraws(
    _ score: @escaping @Sendable (_ samples: [SampledAnswer]) -> Double?
  ) -> MetricComputation {
    .overQuestions { question, _ in Moments(ifAny: question.meanScore(ofDraws: score)) }
  }
}

extension Metric {
  package var header: String { name }
  package var responsesNeeded: Int { 1 }
  package var isInDiff: Bool { false }

  package var digits: Int { unit.digits }

  package var hasInterval: Bool {
    if case .overQuestions = computation { true } else { false }
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
  /// One observation: the mean over the question's final responses, so that questions count alike.
  func mean(_ value: (ResponseRecord) -> Double) -> Moments {
    Moments(ifAny: Statistics.mean(final.map(value)))
  }

  /// One observation for each response, so that responses count alike.
  func sum(_ observation: (ResponseRecord) -> Moments) -> Moments {
    reduce(into: Moments()) { $0.add(observation($1)) }
  }
}

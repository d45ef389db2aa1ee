import Fields
import Reasoning
import Reporting

// Lengths of the responses with one outcome, each response counted alike, as ThinkPrune (Hou et al.
// 2025, arXiv 2504.01296) reports them. A response that was cut without an answer is wrong as well.

/// The responses that a length speaks of.
package enum ResponseOutcome: String, Sendable, CaseIterable {
  case any, correct, wrong, cut

  func includes(_ record: ResponseRecord) -> Bool {
    switch self {
    case .any: true
    case .correct: record.isCorrect
    case .wrong: !record.isCorrect
    case .cut: !record.cutBy.isEmpty
    }
  }

  fileprivate var suffix: String { self == .any ? "" : "_" + rawValue }
  fileprivate var words: String { self == .any ? "all responses" : "\(rawValue) responses" }
}

/// Σ L over the responses that a limit cut, divided by their number.
package struct MeanTokensCut: Metric {
  package let name = "mean_tokens_cut"
  package let meaning = "mean length of the responses that a limit cut"
  package let header = "tokens if cut"
  package let axisLabel = "mean tokens of cut responses"
  package let unit = MetricUnit.tokens

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.final.filter(ResponseOutcome.cut.includes).sum { Moments(Double($0.tokenCount)) }
    }
  }
}

/// A quantile of L over the responses with an outcome, whatever their questions.
package struct TokenQuantile: Metric {
  /// The median of each outcome, and the 90th and 99th of 100 parts. `MedianTokens` is that of all.
  static let all: [any MetricEntry] = [("median", 0.5), ("p90", 0.9), ("p99", 0.99)].flatMap {
    name, probability in
    ResponseOutcome.allCases.filter { name != "median" || $0 != .any }.map {
      TokenQuantile(label: name, probability: probability, outcome: $0)
    }
  }

  let label: String
  let probability: Double
  let outcome: ResponseOutcome

  package var name: String { label + "_tokens" + outcome.suffix }
  package var meaning: String { "\(words) of the length of \(outcome.words)" }
  package var header: String {
    label + " tokens"
      + (outcome == .any ? "" : " if \(outcome == .correct ? "right" : outcome.rawValue)")
  }
  package var axisLabel: String { "\(label) tokens of \(outcome.words)" }
  package let unit = MetricUnit.tokens

  private var words: String {
    label == "median" ? "median" : "\(label.dropFirst())th percentile"
  }

  package var computation: MetricComputation {
    .overResponses { responses in
      Statistics.quantile(
        probability,
        of: responses.byQuestion.final.joined().filter(outcome.includes).map {
          Double($0.tokenCount)
        })
    }
  }
}

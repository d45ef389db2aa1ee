import Reasoning
import Reporting

// Metrics of k responses that are drawn side by side, over every choice of k of the question's
// responses. Where the first that finishes decides (First Finish Search, Agarwal et al. 2025, arXiv
// 2505.18149), the others stop with it; a vote waits for the longest.

/// The probability that the shortest finished one of k responses is right.
package struct FirstFinishAtK: Metric {
  static let all = NumberedMetrics(
    "first_finish@B",
    "chance that the shortest finished one of B of a question's responses is right: first_finish@4"
  ) { FirstFinishAtK(k: $0) }

  let k: Int

  package var name: String { "first_finish@\(k)" }
  package var meaning: String { "chance that the shortest finished of \(k) responses is right" }
  package var header: String { "first@\(k)" }
  package var axisLabel: String { "share right by the first of \(k) responses to finish" }
  package let unit = MetricUnit.share
  package let readsLengths = true
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { SubsetScore.firstFinish($0, drawing: k) }
  }
}

/// The mean length of the shortest finished one of k responses; of the longest where none finished.
package struct FirstFinishTokensAtK: Metric {
  static let all = NumberedMetrics(
    "first_finish_tokens@B",
    "mean length of the shortest finished one of B of a question's responses"
  ) { FirstFinishTokensAtK(k: $0) }

  let k: Int

  package var name: String { "first_finish_tokens@\(k)" }
  package var meaning: String { "mean length of the shortest finished of \(k) responses" }
  package var header: String { "first@\(k) tokens" }
  package var axisLabel: String { "mean tokens of the first of \(k) responses to finish" }
  package let unit = MetricUnit.tokens
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { SubsetScore.firstFinishTokens($0, drawing: k) }
  }
}

/// The mean length of the longest of k responses.
package struct LongestTokensAtK: Metric {
  static let all = NumberedMetrics(
    "longest_tokens@B", "mean length of the longest of B of a question's responses"
  ) { LongestTokensAtK(k: $0) }

  let k: Int

  package var name: String { "longest_tokens@\(k)" }
  package var meaning: String { "mean length of the longest of \(k) responses" }
  package var header: String { "longest@\(k)" }
  package var axisLabel: String { "mean tokens of the longest of \(k) responses" }
  package let unit = MetricUnit.tokens
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { SubsetScore.longestTokens($0, drawing: k) }
  }
}

import Reasoning
import Reporting

/// k times the mean length: the tokens that k responses cost together, prompt apart, where
/// `longest_tokens@k` is the time that they take side by side.
package struct TotalTokensAtK: Metric {
  static let all = NumberedMetrics(
    "total_tokens@B", "mean tokens of B of a question's responses together: total_tokens@4"
  ) { TotalTokensAtK(k: $0) }

  let k: Int

  package var name: String { "total_tokens@\(k)" }
  package var meaning: String { "mean tokens of \(k) responses together" }
  package var header: String { "tokens of \(k)" }
  package var axisLabel: String { "mean tokens of \(k) responses together" }
  package let unit = MetricUnit.tokens
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { samples in
      guard samples.count >= k else { return nil }
      return Statistics.mean(samples.map { Double($0.tokenCount) }).map { Double(k) * $0 }
    }
  }
}

import Reasoning
import Reporting

/// The probability that the most frequent answer of k responses is right: self-consistency over
/// every choice of k of the question's responses (Wang et al. 2022, arXiv 2203.11171).
package struct MajorityAtK: Metric {
  static let all = NumberedMetrics(
    "maj@B", "chance that the majority of B of a question's responses is right: maj@4"
  ) { MajorityAtK(k: $0) }

  let k: Int

  package var name: String { "maj@\(k)" }
  package var meaning: String { "chance that the majority of \(k) responses is right" }
  package var axisLabel: String { "share right by majority of \(k) responses" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overVotes { SubsetScore.majority($0, drawing: k) }
  }
}

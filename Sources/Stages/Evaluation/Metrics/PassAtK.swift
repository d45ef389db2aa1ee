import Reasoning
import Reporting

/// The probability that at least one of k responses is right, 1 − C(n − c, k) / C(n, k) with c of n
/// right (Chen et al. 2021, arXiv 2107.03374, eq. 1).
package struct PassAtK: Metric {
  static let all = NumberedMetrics(
    "pass@B", "chance that one of B of a question's responses is right: pass@4"
  ) { PassAtK(k: $0) }

  let k: Int

  package var name: String { "pass@\(k)" }
  package var meaning: String { "chance that one of \(k) responses is right" }
  package var axisLabel: String { "share right in one of \(k) responses" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { samples in
      SubsetScore.pass(samples.count(where: \.isCorrect), of: samples.count, drawing: k)
    }
  }
}

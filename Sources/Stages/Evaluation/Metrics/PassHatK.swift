import Reasoning
import Reporting

/// The probability that all of k responses are right, C(c, k) / C(n, k) with c of n right (pass^k
/// of Yao et al. 2024, τ-bench, arXiv 2406.12045).
package struct PassHatK: Metric {
  static let all = NumberedMetrics(
    "pass^B", "chance that all of B of a question's responses are right: pass^4"
  ) { PassHatK(k: $0) }

  let k: Int

  package var name: String { "pass^\(k)" }
  package var meaning: String { "chance that all of \(k) responses are right" }
  package var axisLabel: String { "share right in all of \(k) responses" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { samples in
      SubsetScore.allPass(samples.count(where: \.isCorrect), of: samples.count, drawing: k)
    }
  }
}

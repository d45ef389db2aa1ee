import Reasoning
import Reporting

/// The expected share of right responses among k: c / n with c of n right, which is the mean over
/// every choice of k whatever k is.
///
/// It differs from `accuracy` where the evaluation's strategy is not `single`. More samples make it
/// surer, never larger or smaller.
package struct AverageAtK: Metric {
  static let all = NumberedMetrics(
    "avg@B", "mean share right of B of a question's responses, whatever eval's strategy: avg@16"
  ) { AverageAtK(k: $0) }

  let k: Int

  package var name: String { "avg@\(k)" }
  package var meaning: String { "mean share right of \(k) responses" }
  package var axisLabel: String { "mean share right of \(k) responses" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }

  package var computation: MetricComputation {
    .overDraws { samples in
      samples.count < k
        ? nil : Double(samples.count(where: \.isCorrect)) / Double(samples.count)
    }
  }
}

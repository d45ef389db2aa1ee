import Reasoning
import Reporting

/// The score that the same responses would have if generation had been cut off at a length: a
/// longer one is unfinished, and so wrong (`GenerationCutoff`).
package struct AccuracyAtCutoff: Metric {
  static let all = NumberedMetrics(
    "cutoff_accuracy@B",
    "accuracy if responses longer than B tokens counted as wrong: cutoff_accuracy@128"
  ) { AccuracyAtCutoff(cutoff: $0) }

  let cutoff: Int

  package var name: String { "cutoff_accuracy@\(cutoff)" }
  package var meaning: String { "accuracy if longer responses than \(cutoff) tokens were wrong" }
  package var header: String { "cut@\(cutoff)" }
  package var axisLabel: String { "accuracy when cut off at \(cutoff) tokens" }
  package let unit = MetricUnit.share
  package let readsLengths = true

  package var computation: MetricComputation {
    let filter = ResultFilter().at(cutoff: cutoff)
    return .overQuestions { question, judgement in
      Moments(question.final.map(filter.applied).score(by: judgement.strategy))
    }
  }
}

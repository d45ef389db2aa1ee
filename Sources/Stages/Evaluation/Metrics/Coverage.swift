import Reasoning
import Reporting

/// The share of questions that any of their responses answers right: pass@n of all n responses. It
/// grows with n, so it compares only evaluations of as many responses (Brown et al. 2024, arXiv
/// 2407.21787).
package struct Coverage: Metric {
  package let name = "coverage"
  package let meaning = "share of questions with a right response among all that were drawn"
  package let axisLabel = "share of questions with a right response"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overDraws { $0.contains(where: \.isCorrect) ? 1 : 0 }
  }
}

import Reporting

/// Σ_j P_j r_j: accuracy r_j at each thinking budget, weighted by the `budget_prior` P (Qi et al.
/// 2025, AnytimeReasoner, arXiv 2505.13438, eq. 3).
package struct AnytimeAccuracy: Metric {
  package let name = "anytime_accuracy"
  package let meaning = "accuracy at the thinking budgets, weighed by eval's budget_prior"
  package let header = "anytime"
  package let axisLabel = "anytime accuracy"
  package let unit = MetricUnit.share

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, judgement in
      Moments(ifAny: question.anytimeScore(by: judgement.strategy, judgement.plan))
    }
  }
}

import Reporting

/// A question's best accuracy under any one budget of its cuts, less that under the largest: the
/// accuracy that would be gained by stopping at the right budget, were it known for each question.
///
/// The best of several noisy shares lies too high. With few responses to a question this is
/// therefore an upper bound, which more samples and summaries lower.
package struct CutRegret: Metric {
  package let name = "cut_regret"
  package let meaning = "best accuracy of a question at any cut less that at the end"
  package let header = "regret"
  package let axisLabel = "accuracy lost by thinking on"
  package let unit = MetricUnit.share
  package let needsCuts = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      let shares = question.budgets(.thinking).compactMap { budget in
        Statistics.mean(
          question.under(.thinking, budget).map { $0.isFinished && $0.isCorrect ? 1 : 0 })
      }
      guard let end = shares.last, let best = shares.max() else { return Moments() }
      return Moments(best - end)
    }
  }
}

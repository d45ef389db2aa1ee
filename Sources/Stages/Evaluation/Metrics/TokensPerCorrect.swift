import Reporting

/// The tokens spent for one right response, wrong and unfinished ones paid for as well:
/// Σ_q mean L / Σ_q share right, over questions q.
///
/// The cost-of-pass C / R of Erol et al. 2025 (arXiv 2504.13359): the expected cost of a correct
/// solution, with tokens for money. The ratio is of sums, not a mean of each question's ratio,
/// since that has no value where no response is right.
package struct TokensPerCorrect: Metric {
  package let name = "tokens_per_correct"
  package let meaning = "mean response length over the share of correct responses"
  package let header = "tokens per right"
  package let axisLabel = "tokens per right response"
  package let unit = MetricUnit.tokens
  package let isInDiff = true

  package init() {}

  package var computation: MetricComputation {
    .overQuestions(.ratio) { question, _ in
      let final = question.final
      let lengths = Statistics.mean(final.map { Double($0.tokenCount) })
      let right = Statistics.mean(final.map { $0.isCorrect ? 1 : 0 })
      return right.flatMap { x in lengths.map { Moments(x: x, y: $0) } } ?? Moments()
    }
  }
}

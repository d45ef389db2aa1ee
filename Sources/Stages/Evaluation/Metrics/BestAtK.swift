import Reasoning
import Reporting

/// The probability that of k responses the one with the highest mean log-probability of its tokens
/// is right: best-of-k by the model's own confidence, over every choice of k.
///
/// Sample-and-rank of Adiwardana et al. 2020 (Meena, arXiv 2001.09977), by log P / T so that length
/// does not decide. Responses without an answer are not chosen, and tokens that were given rather
/// than drawn do not count. The log-probabilities are those that responses carry; where one has
/// none there is no value.
package struct BestAtK: Metric {
  static let all = NumberedMetrics(
    "best@B", "chance that the most probable finished of B responses, by token, is right: best@4"
  ) { BestAtK(k: $0) }

  let k: Int

  package var name: String { "best@\(k)" }
  package var meaning: String { "chance that the most probable of \(k) responses is right" }
  package var axisLabel: String { "share right by the most probable of \(k) responses" }
  package let unit = MetricUnit.share
  package var responsesNeeded: Int { k }
  package let readsTokens = true

  package var computation: MetricComputation {
    .overResponseDraws { responses in
      let scores = responses.map(\.meanLogProbability)
      guard !scores.contains(nil) else { return nil }
      return SubsetScore.best(
        zip(responses, scores).map { ($0.isFinished ? $1 : nil, $0.isCorrect) }, drawing: k)
    }
  }
}

extension ResponseRecord {
  /// The mean log-probability of the tokens that were drawn; nil if they are not known.
  var meanLogProbability: Double? {
    let given = Set(forced ?? [])
    return Statistics.mean(
      logProbabilities.enumerated().lazy.filter { !given.contains($0.offset) }.map {
        Double($0.element)
      })
  }
}

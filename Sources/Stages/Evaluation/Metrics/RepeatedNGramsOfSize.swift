import Reasoning
import Reporting

/// The mean over responses of the share of n-grams of tokens that stood earlier in the response: 0
/// without repetition, near 1 in a loop. A response of fewer than n tokens repeats nothing; one
/// without token ids does not count.
///
/// Yeo et al. 2025 (arXiv 2502.03373, app. C.2) penalise repetition so. Ordinary text repeats many
/// short n-grams; from about 20 tokens on, what is repeated is copied.
package struct RepeatedNGramsOfSize: Metric {
  static let all = NumberedMetrics(
    "repeated_ngrams@B",
    "mean share of n-grams of B tokens that a response repeats: repeated_ngrams@20"
  ) { RepeatedNGramsOfSize(n: $0) }

  let n: Int

  package var name: String { "repeated_ngrams@\(n)" }
  package var meaning: String { "mean share of \(n)-grams that a response repeats" }
  package var header: String { "repeated@\(n)" }
  package var axisLabel: String { "share of repeated \(n)-grams" }
  package let unit = MetricUnit.share
  package let readsTokens = true

  package var computation: MetricComputation {
    .overQuestions { question, _ in
      question.mean { $0.tokens.isEmpty ? nil : RepeatedNGrams.share(of: $0.tokens, n: n) ?? 0 }
    }
  }
}

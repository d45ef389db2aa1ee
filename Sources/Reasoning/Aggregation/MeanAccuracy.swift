/// The fraction of correct samples, which is the expected score of one sample.
package struct MeanAccuracy: AnswerAggregation {
  package let name = "single"
  package let meaning = "each sample on its own; the mean over samples"
  package let minimumSamples = 1

  package init() {}

  package func score(_ samples: [SampledAnswer]) -> Double {
    samples.isEmpty ? 0 : Double(samples.count(where: \.isCorrect)) / Double(samples.count)
  }
}

/// The probability that the most frequent answer is correct; ties are broken at random.
///
/// Self-consistency, Wang et al. 2022 (arXiv 2203.11171). It equals `maj@k` with k = all samples,
/// and compares answers in the same way.
package struct MajorityVote: AnswerAggregation {
  package let name = "majority_vote"
  package let meaning = "the samples' most frequent answer"
  package let minimumSamples = 2
  package let countsVotes = true

  package init() {}

  package func score(_ samples: [SampledAnswer]) -> Double {
    SubsetScore.majority(samples, drawing: samples.count) ?? 0
  }
}

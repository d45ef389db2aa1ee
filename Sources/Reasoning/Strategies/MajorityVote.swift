/// The chance that the most frequent answer is correct: one of equally frequent ones is drawn.
///
/// Self-consistency, Wang et al. 2022 (arXiv 2203.11171). It is `maj@k` of all samples, with answers
/// compared as there.
package struct MajorityVote: AnswerStrategy {
  package let name = "majority_vote"
  package let meaning = "the samples' most frequent answer"
  package let minimumSamples = 2

  package init() {}

  package func score(_ samples: [SampledAnswer]) -> Double {
    SubsetScore.majority(samples, drawing: samples.count) ?? 0
  }
}

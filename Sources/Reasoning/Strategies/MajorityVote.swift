/// Whether the most frequent answer is correct; of equally frequent ones, the earliest.
///
/// Self-consistency, Wang et al. 2022 (arXiv 2203.11171). Unfinished responses do not vote. Answers
/// are compared as text: where several answers are right, they split the vote.
package struct MajorityVote: AnswerStrategy {
  package let name = "majority_vote"
  package let meaning = "the samples' most frequent answer"
  package let minimumSamples = 2

  package init() {}

  package func score(_ samples: [SampledAnswer]) -> Double {
    var candidates: [(answer: String, votes: Int, isCorrect: Bool)] = []
    for sample in samples {
      guard let answer = sample.answer else { continue }
      if let index = candidates.firstIndex(where: { $0.answer == answer }) {
        candidates[index].votes += 1
      } else {
        candidates.append((answer, 1, sample.isCorrect))
      }
    }
    let most = candidates.map(\.votes).max()
    return candidates.first { $0.votes == most }?.isCorrect == true ? 1 : 0
  }
}

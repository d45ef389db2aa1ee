import Fields
import Reasoning
import Testing

private func sample(_ answer: String?, _ isCorrect: Bool = false) -> SampledAnswer {
  SampledAnswer(answer: answer, isCorrect: isCorrect)
}

@Suite struct StrategyTests {
  @Test func `single is the share of correct samples`() {
    #expect(
      MeanAccuracy().score([sample("7", true), sample("3"), sample(nil), sample("7", true)]) == 0.5)
    #expect(MeanAccuracy().score([]) == 0)
  }

  @Test func `the most frequent answer wins`() {
    let vote = MajorityVote()
    #expect(vote.score([sample("3"), sample("7", true), sample("7", true)]) == 1)
    #expect(vote.score([sample("7", true), sample("3"), sample("3")]) == 0)
  }

  @Test func `of equally frequent answers one is drawn, and right ones vote together`() {
    let vote = MajorityVote()
    let even = [sample("7", true), sample("3"), sample("3"), sample("7", true)]
    #expect(abs(vote.score(even) - 0.5) < 1e-12)
    #expect(vote.score([sample("3"), sample("7", true), sample("07", true)]) == 1)
  }

  @Test func `unfinished responses do not vote`() {
    let vote = MajorityVote()
    #expect(vote.score([sample(nil), sample(nil), sample("7", true)]) == 1)
    #expect(vote.score([sample(nil), sample(nil)]) == 0)
    #expect(vote.score([]) == 0)
  }

  @Test func `the registry`() {
    #expect(AnswerAggregations.choices.map(\.name) == ["single", "majority_vote", "first_finish"])
    #expect(AnswerAggregations.named("majority_vote")?.minimumSamples == 2)
    #expect(AnswerAggregations.named("vote") == nil)
  }
}

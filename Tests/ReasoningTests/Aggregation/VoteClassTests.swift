import Reasoning
import Testing

@Suite struct `A vote` {
  private func problem(_ verifier: String) -> Problem {
    Problem(family: "sum", difficulty: 1, prompt: "?", answer: "3", verifier: verifier)
  }

  private func samples(_ answers: [String]) -> [SampledAnswer] {
    answers.map { SampledAnswer(answer: $0, isCorrect: $0 == "3") }
  }

  @Test func `counts numbers as one answer, however they are written`() {
    let answers = samples(["3", "1/2", "3", "0.5", " 0.50"])
    #expect(MajorityVote().score(answers.votes(on: problem("number"))) == 0)
    #expect(MajorityVote().score(answers.votes(on: problem("exact"))) == 1)
    #expect(
      answers.votes(on: problem("number")).map(\.answer) == ["3", "1/2", "3", "1/2", "1/2"])
  }

  @Test func `keeps the chance of subsets exact`() {
    // Of two of 3, 1/2 and 0.5, the right answer is alone in two of three draws, and ties.
    let answers = samples(["3", "1/2", "0.5"]).votes(on: problem("number"))
    #expect(abs((SubsetScore.majority(answers, drawing: 2) ?? 0) - 1 / 3) < 1e-12)
  }

  @Test func `leaves what did not finish alone`() {
    let open = SampledAnswer(answer: nil, isCorrect: false, tokenCount: 9)
    #expect([open].votes(on: problem("number")) == [open])
  }

  @Test func `on thousands of different answers compares few of them`() {
    let answers = (0..<20_000).map { SampledAnswer(answer: "\($0 + 10)", isCorrect: false) }
    let votes = answers.votes(on: problem("number"))
    #expect(votes.map(\.answer) == answers.map(\.answer))
  }
}

import Reasoning
import Testing

/// Compares scores of k of n samples with an enumeration of every subset.
struct SubsetScoreTests {
  private func subsets(_ count: Int, _ k: Int) -> [[Int]] {
    (0..<(1 << count)).filter { $0.nonzeroBitCount == k }.map { bits in
      (0..<count).filter { bits >> $0 & 1 == 1 }
    }
  }

  private func sample(_ text: String) -> SampledAnswer {
    text == "-"
      ? SampledAnswer(answer: nil, isCorrect: false)
      : SampledAnswer(answer: text, isCorrect: text.contains("7"))
  }

  /// Correct answers contain a 7; "-" did not finish.
  static let groups = [
    "7 7 8 8 9", "7", "8 -", "- - 7", "7 8 9 10 11 -", "7 07 8 8 8", "7 7 8 8 9 9 - 3", "8 ",
    "- - -", "7 7 7 7", "8 8 8 7 7 7",
  ]

  @Test(arguments: groups)
  func `are the means over all subsets`(text: String) throws {
    let samples = text.split(separator: " ").map { sample(String($0)) }
    for k in 1...samples.count {
      let chosen = subsets(samples.count, k)
      let pass = chosen.map { $0.contains { samples[$0].isCorrect } ? 1.0 : 0 }
      let vote = chosen.map { places -> Double in
        var votes: [String: Int] = [:]
        for place in places {
          guard let answer = samples[place].answer else { continue }
          votes[samples[place].isCorrect ? "right" : answer, default: 0] += 1
        }
        guard let most = votes.values.max(), votes["right"] == most else { return 0 }
        return 1 / Double(votes.values.count { $0 == most })
      }
      let right = samples.count(where: \.isCorrect)
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      let one = try #require(SubsetScore.pass(right, of: samples.count, drawing: k))
      #expect(abs(one - mean(pass)) < 1e-12, "pass@\(k)")
      let most = try #require(SubsetScore.majority(samples, drawing: k))
      #expect(abs(most - mean(vote)) < 1e-12, "maj@\(k): \(most), \(mean(vote))")
    }
  }

  @Test func `of one sample are the share that is right, of too few nothing`() throws {
    let samples = "7 8 - 7".split(separator: " ").map { sample(String($0)) }
    #expect(SubsetScore.majority(samples, drawing: 1) == 0.5)
    #expect(SubsetScore.pass(2, of: 4, drawing: 1) == 0.5)
    #expect(SubsetScore.pass(2, of: 4, drawing: 5) == nil)
    #expect(SubsetScore.majority(samples, drawing: 5) == nil)
  }

  @Test(arguments: [1, 2, 40, 1199, 1200])
  func `of a thousand responses neither overflow nor vanish`(k: Int) throws {
    // As many correct as wrong, so by symmetry each wins with probability 1/2.
    let samples = (0..<1200).map { sample($0 < 600 ? "7" : "8") }
    let chance = try #require(SubsetScore.majority(samples, drawing: k))
    #expect(abs(chance - 0.5) < 1e-9)
  }

  @Test func `answers that differ by spaces around them are one`() {
    let samples = [sample("8"), sample(" 8 "), sample("7"), sample("9")]
    #expect(SubsetScore.majority(samples, drawing: 4) == 0)
  }
}

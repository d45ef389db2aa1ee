import Reasoning
import Testing

@Suite struct `The first sample to finish` {
  /// A sample of a length: `7:12` is right, `8:12` is wrong, `-:12` did not finish.
  private func samples(_ text: String) -> [SampledAnswer] {
    text.split(separator: " ").map { part in
      let answer = String(part.split(separator: ":")[0])
      return SampledAnswer(
        answer: answer == "-" ? nil : answer, isCorrect: answer == "7",
        tokenCount: Int(part.split(separator: ":")[1]) ?? 0)
    }
  }

  @Test func `decides by its own answer`() {
    #expect(FirstFinish().score(samples("8:30 7:10 8:20")) == 1)
    #expect(FirstFinish().score(samples("7:30 8:10 7:20")) == 0)
    #expect(FirstFinish().score(samples("-:5 7:10 8:20")) == 1)
    #expect(FirstFinish().score(samples("-:5 -:10")) == 0)
    #expect(FirstFinish().score([]) == 0)
  }

  @Test func `is any of those that are equally short`() {
    #expect(abs(FirstFinish().score(samples("7:10 8:10 8:10 7:20")) - 1.0 / 3) < 1e-12)
  }

  @Test func `of two of three is the shortest in two pairs, the middle one in the third`() throws {
    let three = samples("7:10 8:20 7:40")
    #expect(abs(try #require(SubsetScore.firstFinish(three, drawing: 2)) - 2.0 / 3) < 1e-12)
    #expect(abs(try #require(SubsetScore.firstFinishTokens(three, drawing: 2)) - 40.0 / 3) < 1e-12)
    // The longest of the pairs are 20, 40 and 40.
    #expect(abs(try #require(SubsetScore.longestTokens(three, drawing: 2)) - 100.0 / 3) < 1e-12)
  }

  @Test func `is known to be missing when the last one stops`() throws {
    // Of the pairs, one has nobody who finished and lasts 50; two end with the answer at 30.
    let three = samples("-:40 7:30 -:50")
    let tokens = try #require(SubsetScore.firstFinishTokens(three, drawing: 2))
    #expect(abs(tokens - (30 + 30 + 50) / 3.0) < 1e-12)
    #expect(abs(try #require(SubsetScore.firstFinish(three, drawing: 2)) - 2.0 / 3) < 1e-12)
  }

  private func subsets(_ count: Int, _ k: Int) -> [[Int]] {
    (0..<(1 << count)).filter { $0.nonzeroBitCount == k }.map { bits in
      (0..<count).filter { bits >> $0 & 1 == 1 }
    }
  }

  @Test(arguments: [
    "7:10 8:10 7:20 -:64 -:64 8:30", "-:9 -:8 -:7", "7:5", "-:5 8:9", "7:10 7:10 8:10 8:10 8:5",
    "8:40 -:32 7:31 7:30 8:30 -:30 7:64 8:1",
  ])
  func `has the means over all subsets`(text: String) throws {
    let samples = samples(text)
    for k in 1...samples.count {
      let chosen = subsets(samples.count, k).map { places in places.map { samples[$0] } }
      func mean(_ value: ([SampledAnswer]) -> Double) -> Double {
        chosen.reduce(0) { $0 + value($1) } / Double(chosen.count)
      }
      let longest = mean { Double($0.map(\.tokenCount).max() ?? 0) }
      let tokens = mean { drawn in
        let finished = drawn.filter { $0.answer != nil }.map(\.tokenCount)
        return Double(finished.min() ?? drawn.map(\.tokenCount).max() ?? 0)
      }
      let score = mean { drawn in
        let finished = drawn.filter { $0.answer != nil }
        let first = finished.filter { $0.tokenCount == finished.map(\.tokenCount).min() }
        return first.isEmpty
          ? 0 : Double(first.count(where: \.isCorrect)) / Double(first.count)
      }
      #expect(abs(try #require(SubsetScore.firstFinish(samples, drawing: k)) - score) < 1e-12)
      #expect(
        abs(try #require(SubsetScore.firstFinishTokens(samples, drawing: k)) - tokens) < 1e-12)
      #expect(abs(try #require(SubsetScore.longestTokens(samples, drawing: k)) - longest) < 1e-12)
    }
  }

  @Test func `of too few samples does not exist`() {
    #expect(SubsetScore.firstFinish(samples("7:1 8:2"), drawing: 3) == nil)
    #expect(SubsetScore.firstFinishTokens(samples("7:1 8:2"), drawing: 3) == nil)
    #expect(SubsetScore.longestTokens(samples("7:1"), drawing: 2) == nil)
  }

  @Test func `of a thousand neither overflows nor vanishes`() throws {
    // Right and wrong ones take turns, so that the first of many is nearly always right.
    let many = (0..<1200).map { place in
      SampledAnswer(answer: "x", isCorrect: place % 2 == 0, tokenCount: place)
    }
    let one = try #require(SubsetScore.firstFinish(many, drawing: 1))
    #expect(abs(one - 0.5) < 1e-9)
    #expect(try #require(SubsetScore.firstFinish(many, drawing: 1200)) == 1)
    // The mean of the smallest of 3 of 0...1199 is (1199 + 2) / 4 − 1.
    let tokens = try #require(SubsetScore.firstFinishTokens(many, drawing: 3))
    #expect(abs(tokens - (1201.0 / 4 - 1)) < 1e-6)
  }
}

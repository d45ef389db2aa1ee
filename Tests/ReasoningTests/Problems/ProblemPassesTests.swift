import Reasoning
import TensorCore
import Testing

@Suite struct `Problems of one's own` {
  private static func problem(_ number: Int, family: String = "a", difficulty: Int = 1) -> Problem {
    Problem(
      family: family, difficulty: difficulty, prompt: "\(number)+1=?", answer: "\(number + 1)",
      verifier: "exact", response: "\(number);</t>\(number + 1)")
  }

  /// A hundred problems, one of them of another family and difficulty.
  private static let problems =
    (0..<99).map { problem($0) } + [problem(99, family: "b", difficulty: 6)]

  private func rollouts(_ pool: ProblemPool, steps: Int, count: Int) -> [[String]] {
    (0..<steps).map { step in
      var stream = RandomStream(seed: 3, purpose: "rl.prompts", UInt64(step))
      var seen: Set<ExactText> = []
      return pool.drawDistinct(count, at: step, seed: 3, beside: &seen, using: &stream)
        .map(\.prompt)
    }
  }

  @Test func `are each practised on once in every pass, whatever columns they have`() {
    let pool = ProblemPool(Self.problems, balance: [])
    let drawn = rollouts(pool, steps: 400, count: 1).flatMap { $0 }
    for pass in 0..<4 { #expect(Set(drawn[(100 * pass)..<(100 * (pass + 1))]).count == 100) }
    #expect(Array(drawn[..<100]) != Array(drawn[100..<200]))
    // Problems are balanced only if the pool has a balance.
    let balanced = rollouts(ProblemPool(Self.problems, balance: [.family]), steps: 400, count: 1)
    let rare = balanced.flatMap { $0 }.count { $0 == "99+1=?" }
    #expect((160...240).contains(rare))
  }

  @Test(arguments: [(100, 32), (7, 5), (7, 7), (12, 8), (5, 9), (64, 24), (3, 2), (1, 1)])
  func `come once in a pass and once in a step, where a pass ends within one too`(
    problems: Int, count: Int
  ) {
    let passes = DistinctPasses(elementCount: problems, seed: 1, purpose: "test", count: count)
    let size = min(problems, count)
    var all: [Int] = []
    for step in 0..<60 {
      let places = passes.places(at: step)
      #expect(places.count == size && Set(places).count == size)
      all += places
    }
    for pass in 0..<(all.count / problems) {
      #expect(Set(all[(pass * problems)..<((pass + 1) * problems)]).count == problems)
    }
    // A step does not depend on the steps before it.
    #expect(passes.places(at: 41) == Array(all[(41 * size)..<(42 * size)]))
  }

  @Test func `are imitated once in every pass`() throws {
    let examples = TeacherExamples(
      ExampleSource(pool: ProblemPool(Self.problems, balance: [])), seed: 5, count: 8, maxSteps: 50)
    let drawn = try (0..<25).flatMap { try examples.examples(at: $0).map(\.tokens) }
    #expect(Set(drawn[..<100]).count == 100 && Set(drawn[100...]).count == 100)
    #expect(try examples.examples(at: 13).map(\.tokens) == Array(drawn[104..<112]))
  }

  @Test func `go on to others when a step filters what it drew`() {
    let pool = ProblemPool(Array(Self.problems[..<10]), balance: [])
    var stream = RandomStream(seed: 3, purpose: "rl.prompts", 0)
    var seen: Set<ExactText> = []
    let batches = (0..<4).map { _ in
      pool.drawDistinct(4, at: 0, seed: 3, beside: &seen, using: &stream).map(\.prompt)
    }
    #expect(batches.map(\.count) == [4, 4, 2, 0])
    #expect(Set(batches.joined()).count == 10)
  }

  @Test func `open by difficulty under a curriculum`() {
    let pool = ProblemPool(Self.problems, balance: [])
    let easy = pool.inPasses(at: 0, count: 99, maxDifficulty: 1, seed: 1, purpose: "test")
    #expect(
      Set((easy ?? []).map(\.prompt)).count == 99 && easy?.contains { $0.difficulty > 1 } == false)
    #expect(ProblemPool(Self.problems).inPasses(at: 0, count: 1, seed: 1, purpose: "test") == nil)
  }

  @Test func `are balanced by what is asked for, in that order`() {
    let problems = [
      Self.problem(1, family: "a", difficulty: 1), Self.problem(2, family: "a", difficulty: 2),
      Self.problem(3, family: "a", difficulty: 3), Self.problem(4, family: "b", difficulty: 1),
    ]
    func share(_ balance: [ProblemBalance]) -> Double {
      let pool = ProblemPool(problems, balance: balance)
      var stream = RandomStream(seed: 1, purpose: "test")
      let hits = (0..<6000).count { _ in pool.draw(using: &stream).family == "b" }
      return Double(hits) / 6000
    }
    // Half; half of a third (difficulty 1); half, whatever follows the family.
    #expect(abs(share([.family]) - 0.5) < 0.03)
    #expect(abs(share([.difficulty, .family]) - 1.0 / 6) < 0.03)
    #expect(abs(share([.family, .difficulty]) - 0.5) < 0.03)
  }
}

import Fields
import Reasoning
import TensorCore
import Testing

@Suite struct SupervisedExampleTests {
  let problem = Problem(family: "scan", difficulty: 1, prompt: "M45,12,97?", answer: "97")
  let trace = TeacherTrace(thinking: "45;97;", answer: "97")

  @Test func `a complete example learns what follows the opening mark`() throws {
    let example = try SupervisedExample.complete(problem, trace)
    #expect(
      LadderVocabulary.decode(example.tokens) == "M45,12,97?<t>45;97;</t>97<eos>")
    // Ten tokens of prompt and <t> are given; six, </t>, two and <eos> are learned.
    #expect(example.weights == [Float](repeating: 0, count: 11) + [Float](repeating: 1, count: 10))
  }

  @Test func `a truncated example learns a right answer from part of the thinking`() throws {
    let wrong = TeacherTrace(thinking: trace.thinking, answer: "45")
    for trace in [trace, wrong] {
      let example = try SupervisedExample.truncated(problem, trace, cut: 3)
      #expect(LadderVocabulary.decode(example.tokens) == "M45,12,97?<t>45;</t>97<eos>")
      #expect(example.weights == [Float](repeating: 0, count: 15) + [1, 1, 1])
    }
    let bare = try SupervisedExample.truncated(problem, trace, cut: 0)
    #expect(LadderVocabulary.decode(bare.tokens) == "M45,12,97?<t></t>97<eos>")
  }

  @Test func `a truncated search keeps the trace's own right answer`() throws {
    let search = Problem(family: "search", difficulty: 1, prompt: "O2_2=4?", answer: "+")
    let other = TeacherTrace(thinking: "*:4y", answer: "*")
    #expect(
      LadderVocabulary.decode(try SupervisedExample.truncated(search, other, cut: 2).tokens)
        == "O2_2=4?<t>*:</t>*<eos>")
    let wrong = TeacherTrace(thinking: "-:0y", answer: "-")
    #expect(
      LadderVocabulary.decode(try SupervisedExample.truncated(search, wrong, cut: 2).tokens)
        == "O2_2=4?<t>-:</t>+<eos>")
  }

  @Test func `a drill is ten right sums, all learned`() throws {
    var stream = RandomStream(seed: 0, purpose: "drill")
    for _ in 0..<50 {
      let example = try SupervisedExample.drill(using: &stream)
      #expect(example.weights == [Float](repeating: 1, count: 70))
      for line in LadderVocabulary.decode(example.tokens).split(separator: ";") {
        let parts = Array(line)
        let (a, b) = (parts[1].wholeNumberValue!, parts[3].wholeNumberValue!)
        let result =
          switch parts[2] {
          case "+": (a + b) % 10
          case "-": (a + 10 - b) % 10
          default: a * b % 10
          }
        #expect(line == "~\(a)\(parts[2])\(b)=\(result)")
        #expect((1...5).contains(b))
      }
    }
  }
}

@Suite struct CurriculumTests {
  @Test func `difficulties open one after another`() {
    let curriculum = Curriculum()
    // 1 + floor(6 p / 0.2)
    let expected = [(0.0, 1), (0.033, 1), (0.034, 2), (0.099, 3), (0.11, 4), (0.19, 6), (0.9, 6)]
    for (progress, difficulty) in expected {
      #expect(curriculum.maxDifficulty(progress: progress) == difficulty)
    }
  }

  @Test func `drills fade out`() {
    let drills = Drills()
    #expect(drills.probability(progress: 0) == 0.5)
    #expect(abs(drills.probability(progress: 0.07) - 0.4) < 1e-12)
    #expect(drills.probability(progress: 0.35) == 0)
    #expect(drills.probability(progress: 1) == 0)
  }

  @Test func `fields are read`() {
    #expect(Curriculum(decoding: .map(["span": .float(0.5)])).span == 0.5)
    let drills = Drills(decoding: .map(["probability": .int(1), "until": .float(0.1)]))
    #expect(drills.probability == 1)
    #expect(drills.until == 0.1)
  }
}

@Suite struct ExampleSourceTests {
  let pool = ProblemPool(
    ProblemSplits.generate(
      .train, count: 900, families: ProblemSuites.all[0].families, difficulties: Array(2...6),
      seed: 0
    ).problems)

  @Test func `problems are drawn evenly over difficulties and families`() {
    var stream = RandomStream(seed: 0, purpose: "pool")
    var counts: [String: Int] = [:]
    for _ in 0..<15_000 {
      let problem = pool.draw(using: &stream)
      counts["\(problem.family) \(problem.difficulty)", default: 0] += 1
    }
    #expect(counts.count == 15)
    // Four standard errors of 1000 are 124.
    for count in counts.values { #expect(abs(count - 1000) < 124) }
    #expect(pool.difficulties == 2...6)
  }

  @Test func `a limit below the pool's easiest draws the easiest`() {
    var stream = RandomStream(seed: 0, purpose: "pool")
    for _ in 0..<100 {
      #expect(pool.draw(maxDifficulty: 1, using: &stream).difficulty == 2)
      #expect(pool.draw(maxDifficulty: 4, using: &stream).difficulty <= 4)
    }
  }

  @Test func `drills and truncation come in their shares`() throws {
    let source = ExampleSource(
      pool: pool, truncatedFraction: 0.3, curriculum: Curriculum(), drills: Drills())
    func shares(progress: Double) throws -> (drills: Double, truncated: Double) {
      var drills = 0
      var truncated = 0
      for index in 0..<4000 {
        var stream = RandomStream(seed: 0, purpose: "example", UInt64(index))
        let example = try source.example(progress: progress, using: &stream)
        if example.weights[0] == 1 {
          drills += 1
        } else if let close = example.tokens.firstIndex(of: LadderVocabulary.endThinking),
          example.weights[close] == 0
        {
          truncated += 1
        }
      }
      return (Double(drills) / 4000, Double(truncated) / 4000)
    }
    // Four standard errors are 0.032. Direct answers (15 or 4 %) have no thinking to truncate.
    let start = try shares(progress: 0)
    #expect(abs(start.drills - 0.5) < 0.032)
    #expect(abs(start.truncated - 0.5 * 0.85 * 0.3) < 0.032)
    let end = try shares(progress: 1)
    #expect(end.drills == 0)
    #expect(abs(end.truncated - 0.94 * 0.3) < 0.032)
  }

  @Test func `an example depends on its stream alone`() throws {
    let source = ExampleSource(pool: pool, curriculum: Curriculum(), drills: Drills())
    func example(_ index: UInt64) throws -> SupervisedExample {
      var stream = RandomStream(seed: 0, purpose: "example", index)
      return try source.example(progress: 0.5, using: &stream)
    }
    let seventh = try example(7)
    for index in 0..<5 { #expect(try example(UInt64(index)) != seventh) }
    #expect(try example(7) == seventh)
  }
}

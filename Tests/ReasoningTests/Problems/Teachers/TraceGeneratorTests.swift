import Reasoning
import TensorCore
import Testing

private let suite = ProblemSuites.all[1]

private struct Cell: Sendable, CustomTestStringConvertible {
  let generator: TraceGenerator
  let family: any ProblemFamily
  var testDescription: String { "\(generator.rawValue) \(family.name)" }

  /// Calls `body` with traces of `count` problems.
  func each(
    _ count: Int, difficulty: Int, _ body: (Problem, TeacherTrace) throws -> Void
  ) throws {
    var stream = RandomStream(seed: 7, purpose: "generators", UInt64(difficulty))
    for _ in 0..<count {
      let problem = family.problem(difficulty: difficulty, using: &stream)
        .taught(by: generator)
      try body(problem, try family.trace(for: problem, using: &stream))
    }
  }
}

private let cells = TraceGenerator.allCases.flatMap { generator in
  suite.families.map { Cell(generator: generator, family: $0) }
}

@Suite struct TraceGeneratorTests {
  @Test func `controlled detours have peak for scan and three generators, neutral first`() {
    #expect(suite.name == "controlled_detours")
    #expect(suite.families.map(\.name) == ["chain", "peak", "search"])
    #expect(
      suite.generators.map(\.rawValue) == ["neutral", "short_horizon", "long_horizon"])
    #expect(ProblemSuites.named("ladder")?.generators == [])
  }

  @Test(arguments: cells)
  private func `every trace keeps its books, fits and is made of tokens`(_ cell: Cell) throws {
    for difficulty in 1...6 {
      try cell.each(150, difficulty: difficulty) { problem, trace in
        #expect(cell.family.accepts(problem.answer, for: problem))
        #expect(trace.thinking.utf8.count <= cell.generator.process.maxThinkingTokens)
        for text in [problem.prompt, trace.thinking, trace.answer] {
          #expect(LadderVocabulary.decode(try LadderVocabulary.encode(text)) == text)
        }
        guard !trace.thinking.isEmpty else {
          #expect(difficulty <= 2 && cell.family.accepts(trace.answer, for: problem))
          return
        }
        let audit = try TraceAudit(trace, for: problem)
        #expect(audit.passes.count <= 3)
      }
    }
  }

  /// A neutral trace without its detours is the same and has the same answer.
  @Test(arguments: suite.families.map { Cell(generator: .neutral, family: $0) })
  private func `neutral detours copy and never change an answer`(_ cell: Cell) throws {
    var detours = 0
    try cell.each(1000, difficulty: 4) { problem, trace in
      let audit = try TraceAudit(trace, for: problem)
      detours += audit.checks + audit.passes.count - 1
      #expect(audit.corrections == 0)
      #expect(Set(audit.answers).count == 1)
      if cell.family.name == "search" {
        for pass in audit.passes.dropFirst() { #expect(audit.passes[0].hasSuffix(pass)) }
      } else {
        #expect(Set(audit.passes).count == 1)
      }
    }
    #expect(detours > 500)
  }

  @Test(arguments: [TraceGenerator.shortHorizon, .longHorizon])
  func `errors enter in detours or in first passes`(_ generator: TraceGenerator) throws {
    var first = 0
    var again = 0
    for family in suite.families {
      try Cell(generator: generator, family: family).each(500, difficulty: 3) {
        let audit = try TraceAudit($1, for: $0)
        first += audit.slips
        again += audit.slipsAgain
      }
    }
    if generator == .shortHorizon {
      #expect(again > 3 * first)
    } else {
      #expect(first > 3 * again)
    }
  }

  @Test func `prompts and verdicts do not depend on the generator`() throws {
    let problems = ProblemSplits.generate(
      .train, count: 180, families: suite.families, difficulties: Array(1...6), seed: 3
    ).problems
    for problem in problems {
      let taught = TraceGenerator.allCases.map { problem.taught(by: $0) }
      #expect(Set(taught).count == 3)
      #expect(Set(taught.map(\.prompt)).count == 1)
      for other in taught {
        let verifier = try AnswerVerifiers.of(other)
        #expect(verifier.accepts(problem.answer, for: other))
      }
    }
  }

  @Test func `parts of the suite share no prompt`() {
    let parts = [ProblemPart.train, .dev, .test].map {
      ProblemSplits.generate(
        $0, count: 900, families: suite.families, difficulties: Array(1...6), seed: 999
      ).problems.map(\.prompt)
    }
    #expect(Set(parts.flatMap { $0 }).count == parts.reduce(0) { $0 + $1.count })
    #expect(parts[0].count == 900)
  }

  /// A change here changes every data set: raise the version of the stage kinds that make them.
  @Test(arguments: [
    (TraceGenerator.neutral, 0x5005_DC0E_8B61_0B27 as UInt64),
    (.shortHorizon, 0x0DFE_BBA7_3820_F08F),
    (.longHorizon, 0x707B_353D_F5D4_51DD),
  ])
  func `a whole data set is the same as ever`(
    _ generator: TraceGenerator, digest: UInt64
  ) throws {
    let (problems, _) = ProblemSplits.generate(
      .train, count: 360, families: suite.families, difficulties: Array(1...6), seed: 3)
    var text = ""
    for problem in problems.map({ $0.taught(by: generator) }) {
      var stream = RandomStream(seed: 3, purpose: "golden", problem.digest)
      let trace = try ProblemFamilies.named(problem.family).trace(for: problem, using: &stream)
      text += problem.prompt + problem.answer + trace.thinking + trace.answer + "\n"
    }
    #expect(PromptDigest.of(text) == digest)
  }
}

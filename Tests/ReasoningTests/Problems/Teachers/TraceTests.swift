import Reasoning
import TensorCore
import Testing

/// A process without randomness except for the order of a search.
private func plain(_ change: (inout TraceProcess) -> Void = { _ in }) -> TraceProcess {
  var process = TraceProcess()
  process.direct = [0]
  process.loop = [0]
  process.slip = 0
  process.check = 0
  process.falseStart = 0
  process.restart = 0
  process.planStyle = 0
  process.verboseStyle = 1
  process.terseStep = 0
  process.terseSearch = 0
  process.terseSearchOfOne = 0
  process.repeatedTry = 0
  change(&process)
  return process
}

private func trace(_ family: any ProblemFamily, _ prompt: String, seed: UInt64 = 0) throws
  -> TeacherTrace
{
  var stream = RandomStream(seed: seed, purpose: "trace")
  let problem = Problem(family: family.name, difficulty: 1, prompt: prompt, answer: "")
  return try family.trace(for: problem, using: &stream)
}

@Suite struct ChainTraceTests {
  // 8 - 4 = 4 at b, 4 * 1 = 4 at l, 4 - 4 = 0 at o; k is off the path.
  let prompt = "Cj-4b;l-4o;b*1l;k-5b;?j8>o"

  @Test func `the value at the target is the only right answer`() {
    let problem = Problem(family: "chain", difficulty: 3, prompt: prompt, answer: "0")
    let accepted = (0...9).filter { ChainFamily().accepts(String($0), for: problem) }
    #expect(accepted == [0])
  }

  @Test func `verbose, planned and terse passes`() throws {
    let verbose = "j8-4=4b;b4*1=4l;l4-4=0o;"
    #expect(
      try trace(ChainFamily(process: plain()), prompt)
        == TeacherTrace(thinking: verbose, answer: "0"))
    let planned = plain { $0.planStyle = 1 }
    #expect(
      try trace(ChainFamily(process: planned), prompt).thinking
        == "j-4b;b*1l;l-4o;:" + verbose)
    let terse = plain { $0.verboseStyle = 0 }
    #expect(try trace(ChainFamily(process: terse), prompt).thinking == "j8>4b;b4>4l;l4>0o;")
  }

  @Test func `a check repeats the step, a false start is discarded`() throws {
    let process = plain {
      $0.check = 1
      $0.falseStart = 1
    }
    #expect(
      try trace(ChainFamily(process: process), prompt).thinking
        == "k-5b;!j8-4=4b;~j8-4=4b;b4*1=4l;~b4*1=4l;l4-4=0o;~l4-4=0o;")
  }

  @Test func `a corrected slip leaves the answer right`() throws {
    let process = plain {
      $0.slip = 1
      $0.uncorrected = 0
    }
    let result = try trace(ChainFamily(process: process), prompt)
    #expect(result.answer == "0")
    let right = ["~j8-4=4b!", "~b4*1=4l!", "~l4-4=0o!"]
    for step in right { #expect(result.thinking.contains(step)) }
    #expect(!result.thinking.contains("j8-4=4b;"))
  }

  @Test func `an uncorrected slip is carried to the answer`() throws {
    let process = plain {
      $0.slip = 1
      $0.uncorrected = 1
    }
    let steps = try trace(ChainFamily(process: process), prompt)
    // x v o k = w y ; with w wrong in every step and v the w before it.
    let parts = steps.thinking.split(separator: ";").map(Array.init)
    #expect(parts.count == 3)
    #expect(parts[0][5] != "4")
    #expect(parts[1][1] == parts[0][5])
    #expect(parts[2][1] == parts[1][5])
    #expect(steps.answer == String(parts[2][5]))
  }

  @Test func `a restart is a beginning, a loop is the whole pass again`() throws {
    let restarted = try trace(ChainFamily(process: plain { $0.restart = 1 }), prompt).thinking
    let halves = restarted.split(separator: "#").map(String.init)
    #expect(halves.count == 2)
    #expect(halves[1] == "j8-4=4b;b4*1=4l;l4-4=0o;")
    #expect(halves[1].hasPrefix(halves[0]))

    let looped = try (0..<10).map {
      try trace(ChainFamily(process: plain { $0.loop = [0.5] }), prompt, seed: $0).thinking
    }
    let passes = Set(looped.flatMap { $0.split(separator: "@").map(String.init) })
    #expect(passes == ["j8-4=4b;b4*1=4l;l4-4=0o;"])
    #expect(looped.contains { $0.contains("@") } && looped.contains { !$0.contains("@") })
  }
}

@Suite struct ScanTraceTests {
  let prompt = "M45,12,97?"

  @Test func `verbose and terse passes`() throws {
    let verbose = try trace(ScanFamily(process: plain()), prompt)
    #expect(verbose == TeacherTrace(thinking: "45;12<45;97>97;", answer: "97"))
    let terse = plain { $0.verboseStyle = 0 }
    #expect(try trace(ScanFamily(process: terse), prompt).thinking == "45;97;")
  }

  @Test func `checks and slips`() throws {
    let checked = try trace(ScanFamily(process: plain { $0.check = 1 }), prompt)
    #expect(checked.thinking == "45;12<45;~12<45;97>97;~97>97;")
    let corrected = plain {
      $0.slip = 1
      $0.uncorrected = 0
    }
    #expect(
      try trace(ScanFamily(process: corrected), prompt)
        == TeacherTrace(thinking: "45;12>12;~12<45!97<45;~97>97!", answer: "97"))
    let uncorrected = plain {
      $0.slip = 1
      $0.uncorrected = 1
    }
    #expect(
      try trace(ScanFamily(process: uncorrected), prompt)
        == TeacherTrace(thinking: "45;12>12;97<12;", answer: "12"))
  }
}

@Suite struct SearchTraceTests {
  @Test func `every assignment that reaches the target is right`() {
    // 2 o 2: 4, 0, 4.
    let problem = Problem(family: "search", difficulty: 1, prompt: "O2_2=4?", answer: "+")
    let family = SearchFamily()
    #expect(["+", "-", "*"].filter { family.accepts($0, for: problem) } == ["+", "*"])
    #expect(!family.accepts("+*", for: problem))
    // From left to right: (1 - 3) * 4 = -8, which is 2 modulo 10.
    let longer = Problem(family: "search", difficulty: 3, prompt: "O1_3_4=2?", answer: "-*")
    #expect(family.accepts("-*", for: longer))
    #expect(!family.accepts("*-", for: longer))
  }

  @Test func `tries end with the solution`() throws {
    for seed in 0..<20 {
      let result = try trace(SearchFamily(process: plain()), "O4_4=6?", seed: UInt64(seed))
      #expect(result.answer == "*")
      #expect(result.thinking.hasSuffix("*:4*4=6;y"))
      let failures = result.thinking.dropLast("*:4*4=6;y".count)
      let possible: Set = ["", "+:4+4=8;n", "-:4-4=0;n"]
      let both: Set = ["+:4+4=8;n-:4-4=0;n", "-:4-4=0;n+:4+4=8;n"]
      #expect(possible.union(both).contains(String(failures)))
    }
  }

  @Test func `terse tries write results alone`() throws {
    let process = plain { $0.terseSearch = 1 }
    let result = try trace(SearchFamily(process: process), "O9_5_5=9?")
    #expect(result.thinking.hasSuffix("y"))
    #expect(!result.thinking.contains("="))
    #expect(!result.thinking.contains(";"))
  }

  @Test func `a wrong try taken for right becomes the answer`() throws {
    let process = plain {
      $0.slip = 1
      $0.falsePositiveShare = 1
      $0.uncorrected = 1
    }
    let answers = try Set(
      (0..<20).map { try trace(SearchFamily(process: process), "O4_4=6?", seed: $0).answer })
    // The first try is accepted, whichever it is.
    #expect(answers == ["+", "-", "*"])
  }

  @Test func `an unsolvable prompt is reported`() {
    // 0 o 1: 1, 9, 0.
    let prompt = "O0_1=5?"
    #expect(throws: ProblemError.noSolution(prompt: prompt)) {
      try trace(SearchFamily(), prompt)
    }
  }

  @Test func `a trace that never fits is reported`() {
    let process = plain { $0.maxThinkingTokens = 3 }
    #expect(throws: ProblemError.traceTooLong(prompt: "O4_4=6?", maxThinkingTokens: 3)) {
      try trace(SearchFamily(process: process), "O4_4=6?")
    }
  }
}

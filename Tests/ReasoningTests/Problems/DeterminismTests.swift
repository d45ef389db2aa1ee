import Reasoning
import TensorCore
import Testing

@Suite struct DeterminismTests {
  /// Values of an independent implementation (Python): FNV-1a 64, then SplitMix64's finaliser.
  @Test func `prompt digests are fixed for ever`() {
    #expect(PromptDigest.of("") == 0xF52A_15E9_A9B5_E89B)
    #expect(PromptDigest.of("M45,12,97?") == 0x9281_4565_5289_8711)
    let problem = Problem(family: "search", difficulty: 1, prompt: "O4_4=6?", answer: "*")
    #expect(problem.id == "77f602008ab64608")
  }

  struct Golden: Sendable {
    let family: String
    let difficulty: Int
    let prompt: String
    let answer: String
    let thinking: String
  }

  /// A change here changes every data set: raise the version of the stage kinds that make them.
  @Test(arguments: [
    Golden(
      family: "chain", difficulty: 3, prompt: "Ci+4c;f+2l;h+2i;j*5c;c*5f;a*5c;?j6>l", answer: "2",
      thinking: "i+4c;!j6*5=0c;~j6*5=0c;c0>0f;f0+2=2l;"),
    Golden(
      family: "scan", difficulty: 4, prompt: "M42,35,83,17,80,97,61,66?", answer: "97",
      thinking: "42;35<42;~35<42;83>83;17<83;80<83;97>97;61<97;~61<97;66<97;"),
    Golden(
      family: "search", difficulty: 5, prompt: "O7_4_1=9?", answer: "*+",
      thinking:
        "**:7*4=8;8*1=8;n**:7*4=8;8*1=8;n++:7+4=1;1+1=2;n-*:7-4=3;3*1=3;n*-:7*4=8;8-1=7;n"
        + "--:7-4=3;3-1=2;n-+:7-4=3;3+1=4;n+*:7+4=1;1*1=1;n*+:7*4=8;8+1=9;y"
    ),
    Golden(
      family: "search", difficulty: 1, prompt: "O6_1=7?", answer: "+",
      thinking: "+:6+1=7;y@+:6+1=7;y"),
  ])
  func `problems and traces are the same as ever`(_ golden: Golden) throws {
    let family = try ProblemFamilies.named(golden.family)
    var stream = RandomStream(seed: 5, purpose: "golden", UInt64(golden.difficulty))
    let problem = family.problem(difficulty: golden.difficulty, using: &stream)
    #expect(problem.prompt == golden.prompt)
    #expect(problem.answer == golden.answer)
    #expect(try family.trace(for: problem, using: &stream).thinking == golden.thinking)
  }

  /// The digest of all prompts, answers and traces of a mixed set, in order.
  @Test func `a whole data set is the same as ever`() throws {
    let (problems, _) = ProblemSplits.generate(
      .train, count: 360, families: ProblemSuites.all[0].families, difficulties: Array(1...6),
      seed: 3)
    var text = ""
    for problem in problems {
      var stream = RandomStream(seed: 3, purpose: "golden", problem.digest)
      let trace = try ProblemFamilies.named(problem.family).trace(for: problem, using: &stream)
      text += problem.prompt + problem.answer + trace.thinking + trace.answer + "\n"
    }
    #expect(PromptDigest.of(text) == 0x5E31_7660_6C1F_869F)
  }
}

import Reasoning
import TensorCore
import Testing

/// A process without randomness.
func plainDetours(
  _ detours: DetourProcess.Detours = .copied, slip: Double = 0,
  _ change: (inout DetourProcess) -> Void = { _ in }
) -> DetourProcess {
  var process = DetourProcess(slip: slip, detours: detours)
  process.direct = [0]
  process.loop = [0]
  process.check = 0
  process.restart = 0
  process.terse = 0
  process.terseSearch = 0
  process.falseStart = 0
  process.plan = 0
  change(&process)
  return process
}

@Suite struct PeakTests {
  // 8 + 3 = 1 at a, 1 * 2 = 2 at b, 2 - 4 = 8 at c, 8 + 5 = 3 at d.
  let prompt = "M8+3a*2b-4c+5d?"

  private func trace(_ process: DetourProcess, seed: UInt64 = 0) throws -> TeacherTrace {
    var stream = RandomStream(seed: seed, purpose: "trace")
    let problem = Problem(family: "peak", difficulty: 1, prompt: prompt, answer: "")
    return try PeakFamily().trace(for: problem, by: process, using: &stream)
  }

  @Test func `the highest value and where it is first reached is the answer`() {
    func accepted(_ prompt: String) -> [String] {
      let problem = Problem(family: "peak", difficulty: 1, prompt: prompt, answer: "")
      return (0...9).flatMap { value in "abcd".map { "\(value)\($0)" } }
        .filter { PeakFamily().accepts($0, for: problem) }
    }
    #expect(accepted(prompt) == ["8c"])
    // 3, 6, 6, 4: of equal values the first counts; the start itself, 9, does not count.
    #expect(accepted("M9+4c*2a*1d-2b?") == ["6a"])
    #expect(accepted("M8+3a*2b-4c+5c?").isEmpty)
    #expect(accepted("M8+3a*2b-4?").isEmpty)
    #expect(accepted("M8+3z?").isEmpty)
  }

  @Test func `full and terse passes mark every new highest value`() throws {
    #expect(
      try trace(plainDetours())
        == TeacherTrace(thinking: "8+3=1a>1*2=2b>2-4=8c>8+5=3d<", answer: "8c"))
    #expect(
      try trace(plainDetours { $0.terse = 1 })
        == TeacherTrace(thinking: "1a>2b>8c>3d<", answer: "8c"))
    #expect(
      try trace(plainDetours { $0.direct = [1] }) == TeacherTrace(thinking: "", answer: "8c"))
  }

  @Test func `a slip is one too many and is gone on from`() throws {
    // 8+3 = 1, written 2; 2*2 = 4, written 5; 5-4 = 1, written 2; 2+5 = 7, written 8.
    let slipping = TeacherTrace(thinking: "8+3=2a>2*2=5b>5-4=2c<2+5=8d>", answer: "8d")
    #expect(try trace(plainDetours(slip: 1)) == slipping)
  }

  @Test func `a copied check confirms whatever stands, a reworked one mends it`() throws {
    #expect(
      try trace(plainDetours(.copied, slip: 1) { $0.check = 1 }).thinking
        == "8+3=2a>~8+3=2a>2*2=5b>~2*2=5b>5-4=2c<~5-4=2c<2+5=8d>~2+5=8d>")
    // After a change the highest value is written once more, so that the last '>' always marks it.
    #expect(
      try trace(plainDetours(.reworked(slip: 0), slip: 1) { $0.check = 1 })
        == TeacherTrace(
          thinking: "8+3=2a>~8+3=1a>!1a>1*2=3b>~1*2=2b>!2b>2-4=9c>~2-4=8c>!8c>"
            + "8+5=4d<~8+5=3d<!8c>",
          answer: "8c"))
  }

  @Test func `a reworked check may also spoil a step`() throws {
    #expect(
      try trace(plainDetours(.reworked(slip: 1)) { $0.check = 1 })
        == TeacherTrace(
          thinking: "8+3=1a>~8+3=2a>!2a>2*2=4b>~2*2=5b>!5b>5-4=1c<~5-4=2c<!5b>"
            + "2+5=7d>~2+5=8d>!8d>", answer: "8d"))
  }

  @Test func `loops copy the pass, mend it or spoil it, at most twice`() throws {
    let wrong = "8+3=2a>2*2=5b>5-4=2c<2+5=8d>"
    let right = "8+3=1a>1*2=2b>2-4=8c>8+5=3d<"
    func looped(_ detours: DetourProcess.Detours, slip: Double) throws -> TeacherTrace {
      try trace(plainDetours(detours, slip: slip) { $0.loop = [1] })
    }
    #expect(
      try looped(.copied, slip: 1)
        == TeacherTrace(thinking: "\(wrong)@\(wrong)@\(wrong)", answer: "8d"))
    #expect(
      try looped(.reworked(slip: 0), slip: 1)
        == TeacherTrace(thinking: "\(wrong)@\(right)@\(right)", answer: "8c"))
    #expect(
      try looped(.reworked(slip: 1), slip: 0)
        == TeacherTrace(thinking: "\(right)@\(wrong)@\(wrong)", answer: "8d"))
  }

  @Test func `a restart is the beginning of the pass that follows`() throws {
    let right = "8+3=1a>1*2=2b>2-4=8c>8+5=3d<"
    for seed in UInt64(0)..<10 {
      let text = try trace(plainDetours { $0.restart = 1 }, seed: seed).thinking
      let parts = text.split(separator: "#")
      #expect(parts.count == 2 && parts[1] == right && right.hasPrefix(parts[0]))
    }
  }
}

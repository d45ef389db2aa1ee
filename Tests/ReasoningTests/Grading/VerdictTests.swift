import Reasoning
import Testing

@Suite struct `Verdicts` {
  private func problem(_ reference: String) -> Problem {
    Problem(family: "sum", difficulty: 1, prompt: "?", answer: reference)
  }

  @Test(arguments: [("72.0", Verdict.right), ("71", .wrong), ("", .unreadable), ("x", .unreadable)])
  func `on numbers tell a wrong number from a text that is none`(
    answer: String, verdict: Verdict
  ) {
    #expect(NumberAnswer().verdict(on: answer, for: problem("72")) == verdict)
    #expect(NumberAnswer().accepts(answer, for: problem("72")) == (verdict == .right))
  }

  @Test func `call no number right if the reference is none`() {
    #expect(NumberAnswer().verdict(on: "72", for: problem("many")) == .wrong)
    #expect(NumberAnswer().verdict(on: "many", for: problem("many")) == .unreadable)
  }

  @Test func `on texts read every text`() {
    #expect(ExactAnswer().verdict(on: " B\n", for: problem("B")) == .right)
    #expect(ExactAnswer().verdict(on: "", for: problem("B")) == .wrong)
  }

  @Test func `count answers of one value as one vote`() {
    let number = NumberAnswer()
    #expect(number.agree("1/2", "0.50", on: problem("3")))
    #expect(!number.agree("1/2", "0.51", on: problem("3")))
    #expect(number.agree("one half", " one half", on: problem("3")))
    #expect(!number.agree("one half", "1/2", on: problem("3")))
    #expect(ExactAnswer().agree(" 1/2", "1/2\n", on: problem("3")))
    #expect(!ExactAnswer().agree("1/2", "0.5", on: problem("3")))
  }
}

import Fields
import Reasoning
import Testing

@Suite struct `The regex verifier` {
  private func verdict(_ answer: String, _ pattern: ProblemField?) -> Verdict {
    RegexAnswer().verdict(
      on: answer,
      for: Problem(
        family: "dates", difficulty: 1, prompt: "?", answer: "-", verifier: "regex",
        fields: pattern.map { ["pattern": $0] }))
  }

  @Test func `has the pattern match the whole answer`() {
    let date = ProblemField.string(#"\d{4}-\d\d?(-\d\d?)?"#)
    #expect(verdict(" 2024-5\n", date) == .right)
    #expect(verdict("2024-05-17", date) == .right)
    #expect(verdict("on 2024-05-17", date) == .wrong)
    #expect(verdict("2024-05-17 or so", date) == .wrong)
    #expect(verdict("2024-05-17\n2024", date) == .wrong)
    #expect(verdict("x\ny", .string("x$")) == .wrong)
    #expect(verdict("ab", .string("a|ab")) == .right)
    #expect(verdict("", .string("")) == .right)
  }

  @Test func `accepts nothing without a pattern that can be read`() {
    #expect(verdict("a", nil) == .wrong)
    #expect(verdict("a", .string("(")) == .wrong)
    #expect(verdict("1", .int(1)) == .wrong)
  }

  @Test func `calls unreadable what would take too long to decide`() {
    #expect(verdict(String(repeating: "a", count: 200) + "b", .string("(a*)*(a*)*(a*)*")) != .right)
    #expect(verdict(String(repeating: "a", count: 60) + "!", .string("(a|a)*")) == .unreadable)
  }

  @Test func `has its options checked where they are written`() {
    var options = VerifierOptions()
    options.pattern = "a(b"
    #expect(options.issues().map(\.path) == [["pattern"]])
    options.pattern = "a(b)"
    #expect(options.issues().isEmpty)
    #expect(
      options.issues(with: NumberAnswer(), named: "number", given: []).map(\.message)
        == ["pattern has no effect with 'verifier: number'"])
    #expect(options.issues(with: RegexAnswer(), named: "regex", given: []).isEmpty)
    #expect(
      VerifierOptions().issues(with: RegexAnswer(), named: "regex", given: []).map(\.message)
        == ["'verifier: regex' needs pattern"])
    #expect(
      VerifierOptions().issues(with: RegexAnswer(), named: "regex", given: ["pattern"]).isEmpty)
  }
}

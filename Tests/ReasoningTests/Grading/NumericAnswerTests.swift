import Reasoning
import Testing

@Suite struct `The numeric verifier` {
  private func problem(_ reference: String, _ fields: [String: ProblemField]) -> Problem {
    Problem(
      family: "sum", difficulty: 1, prompt: "?", answer: reference, verifier: "numeric",
      fields: fields)
  }

  private func verdict(
    _ answer: String, _ reference: String, abs: ProblemField? = nil, rel: ProblemField? = nil
  ) -> Verdict {
    var fields: [String: ProblemField] = [:]
    fields["abs_tolerance"] = abs
    fields["rel_tolerance"] = rel
    return NumericAnswer().verdict(on: answer, for: problem(reference, fields))
  }

  @Test(arguments: [
    ("1.1", "1", 0.1, Verdict.right), ("1.1000000000000000000001", "1", 0.1, .wrong),
    ("0.9", "1", 0.1, .right), ("0.8999999999999999999999", "1", 0.1, .wrong),
    ("3.1416", "3.14159265358979", 1e-3, .right), ("3.1426", "3.1416", 1e-3, .right),
    ("3.14261", "3.1416", 1e-3, .wrong), ("-1", "1", 0.1, .wrong), ("1/3", "0.333", 0.001, .right),
    ("0.333", "1/3", 0.0003, .wrong), ("$1,000.05", "1000", 0.05, .right),
    ("x", "1", 9, .unreadable),
    ("", "1", 9, .unreadable), ("1e-600", "0", 0.1, .right), ("1e999999999", "0", 0.1, .wrong),
    ("1e999999999", "1e999999999", 0, .right), ("1e900000000000000000", "0", 1, .wrong),
    ("0.1000000000000000055511151231257827", "0", 0.1, .wrong),
  ])
  func `accepts what is as near as the tolerance, bounds included`(
    answer: String, reference: String, tolerance: Double, expected: Verdict
  ) {
    #expect(verdict(answer, reference, abs: .double(tolerance)) == expected)
  }

  @Test func `adds a share of the reference's size`() {
    #expect(verdict("101", "100", rel: .double(0.01)) == .right)
    #expect(verdict("101.0001", "100", rel: .double(0.01)) == .wrong)
    #expect(verdict("-99", "-100", rel: .double(0.01)) == .right)
    #expect(verdict("102", "100", abs: .int(1), rel: .double(0.01)) == .right)
    #expect(verdict("2/3", "1/3", rel: .int(1)) == .right)
    #expect(verdict("0.7", "1/3", rel: .int(1)) == .wrong)
  }

  @Test func `without a tolerance accepts the same number`() {
    #expect(verdict("0.50", "1/2") == .right)
    #expect(verdict("0.5000001", "1/2") == .wrong)
    #expect(verdict("1", "many") == .wrong)
  }

  @Test func `votes for numbers as near as that`() {
    let asked = problem("1", ["abs_tolerance": .double(0.1)])
    #expect(NumericAnswer().agree("2", "2.1", on: asked))
    #expect(!NumericAnswer().agree("2", "2.11", on: asked))
    #expect(NumericAnswer().agree("x", "x ", on: asked))
    #expect(!NumericAnswer().agree("x", "2", on: asked))
  }

  @Test func `takes time that grows with the digits`() {
    let digits = String(repeating: "7", count: 100_000)
    #expect(verdict(digits + ".05", digits, abs: .double(0.1)) == .right)
    #expect(verdict(digits + ".15", digits, abs: .double(0.1)) == .wrong)
    #expect(verdict("1e100000000000", digits, rel: .double(0.1)) == .wrong)
  }
}

import Fields
import Foundation
import Reasoning
import Testing

/// Pairs of Math-Verify's own tests (Apache License 2.0; Reference/freeze_math_verify.py says
/// which) with the verdicts that these expect.
struct MathVerifyCase: Sendable {
  var gold: String
  var answer: String
  var isRight: Bool
  /// The texts that its test reads: formulas, plain numbers, or both.
  var targets: [String]
  var options: FieldValue

  static let all = Result {
    let url = try #require(
      Bundle.module.url(
        forResource: "math_verify", withExtension: "jsonl", subdirectory: "Reference"))
    let lines = try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).dropFirst()
    return try lines.map { line in
      let fields = FieldValue(exactly: try JSONText(parsing: Data(line)))
      return MathVerifyCase(
        gold: try #require(fields["gold"].stringValue),
        answer: try #require(fields["answer"].stringValue),
        isRight: fields["expected"] == .bool(true),
        targets: (fields["targets"].listValue ?? []).compactMap(\.stringValue),
        options: fields["options"])
    }
  }

  private var rules: [String] {
    switch targets {
    case ["latex"]: ["final_answer", "boxed", "last_formula"]
    case ["expr"]: ["final_answer", "hash", "tag", "answer_phrase", "conclusion", "last_number"]
    default:
      [
        "final_answer", "boxed", "hash", "tag", "answer_phrase", "conclusion", "last_formula",
        "last_number",
      ]
    }
  }

  private func found(in text: String) -> String { AnswerFinders.answer(in: text, by: rules) }

  /// The options of the test by their names here.
  private var fields: [String: ProblemField] {
    var fields: [String: ProblemField] = [:]
    if let places = options["precision"].doubleValue, places < 6 {
      fields["abs_tolerance"] = .double(0.5 * pow(10, -places))
    }
    var allowed: [String] = []
    if options["strict"] == .bool(false) { allowed.append("renamed") }
    if options["allow_set_relation_comp"] == .bool(true) { allowed.append("inequality") }
    if !allowed.isEmpty { fields["allow"] = .texts(allowed) }
    return fields
  }

  var verdict: Verdict {
    let reference = found(in: gold)
    let problem = Problem(
      family: "file", difficulty: 1, prompt: "?", answer: reference.isEmpty ? gold : reference,
      verifier: "math", fields: fields)
    return MathAnswer().verdict(on: found(in: answer), for: problem)
  }
}

@Suite struct `The test cases of Math-Verify` {
  /// The case says that 1 + 1/e is 1 - 1/e.
  private static let mistaken = #"$1 + \frac{1}{\mathrm{e}}$"#

  @Test func `have the verdicts that they expect, but for one that is a mistake`() throws {
    let cases = try MathVerifyCase.all.get()
    #expect(cases.count >= 100)
    #expect(cases.contains { !$0.isRight })
    for item in cases where item.answer != Self.mistaken {
      #expect((item.verdict == .right) == item.isRight, "\(item.answer) for \(item.gold)")
    }
  }
}

@Suite struct `What a problem allows an answer` {
  private func verdict(
    _ answer: String, _ reference: String, _ fields: [String: ProblemField]
  ) -> Verdict {
    MathAnswer().verdict(
      on: answer,
      for: Problem(
        family: "file", difficulty: 1, prompt: "?", answer: reference, verifier: "math",
        fields: fields))
  }

  @Test func `is a difference of numbers, bounds included`() {
    let near: [String: ProblemField] = ["abs_tolerance": .double(0.005)]
    #expect(verdict("0.33", #"\frac13"#, near) == .right)
    #expect(verdict("0.33", #"\frac13"#, [:]) == .wrong)
    #expect(verdict("(0.6, 2.6667]", #"(\frac35, \frac83]"#, near) == .right)
    #expect(verdict("1.005", "1", near) == .right)
    #expect(verdict("1.0051", "1", near) == .wrong)
    #expect(verdict("x + 0.001", "x", near) == .wrong)
    #expect(verdict("101", "100", ["rel_tolerance": .double(0.01)]) == .right)
    #expect(verdict("102", "100", ["rel_tolerance": .double(0.01)]) == .wrong)
    #expect(verdict("102", "100", ["abs_tolerance": .int(2)]) == .right)
  }

  @Test func `is an inequality for an interval`() {
    let allowed: [String: ProblemField] = ["allow": .texts(["inequality"])]
    #expect(verdict(#"-2 \le x \le 7"#, #"x \in [-2,7]"#, allowed) == .right)
    #expect(verdict(#"-2 < x \le 7"#, "[-2,7]", allowed) == .wrong)
    #expect(verdict("x<1 or x>3", #"(-\infty,1)\cup(3,\infty)"#, allowed) == .right)
    #expect(verdict(#"-2 \le x \le 7"#, "[-2,7]", [:]) == .wrong)
  }

  @Test func `is another name of the variables`() {
    let allowed: [String: ProblemField] = ["allow": .string("renamed")]
    #expect(verdict("f(y)", "f(x)", allowed) == .right)
    #expect(verdict("2n + 1", "2k + 1", allowed) == .right)
    #expect(verdict("2n + 1", "k + 1", allowed) == .wrong)
    #expect(verdict("a - b", "b - a", allowed) == .right)
    #expect(verdict("a + a", "a + b", allowed) == .wrong)
    #expect(verdict("f(y)", "f(x)", [:]) == .wrong)
  }

  @Test func `is no option that the verifier needs`() {
    var options = VerifierOptions()
    options.absTolerance = 0.1
    options.allow = ["inequality"]
    #expect(options.issues(with: MathAnswer(), named: "math", given: []).isEmpty)
    #expect(VerifierOptions().issues(with: MathAnswer(), named: "math", given: []).isEmpty)
    #expect(options.problemFields["allow"] == .texts(["inequality"]))
    #expect(
      options.issues(with: NumericAnswer(), named: "numeric", given: []).map(\.path) == [["allow"]])
  }
}

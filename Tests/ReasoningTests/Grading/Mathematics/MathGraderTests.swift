import Foundation
import Reasoning
import Testing

@Suite struct `The math verifier` {
  private func judged(_ answer: String, _ reference: String) -> Verdict {
    MathGrader.verdict(on: answer, reference: reference)
  }

  @Test func `judges every pair of the table as the table says`() throws {
    let pairs = try MathTable.all.get()
    #expect(pairs.count >= 450)
    #expect(Set(pairs.map(\.kind)).count >= 25)
    for pair in pairs {
      #expect(judged(pair.answer, pair.reference) == pair.verdict, "\(pair)")
    }
  }

  // MARK: - Laws

  @Test func `every text that can be read is right for itself`() throws {
    for pair in try MathTable.all.get() {
      for text in [pair.answer, pair.reference] where MathGrader.canRead(text) {
        #expect(judged(text, text) == .right, "\(text)")
        #expect(judged(" \(text) ", text) == .right, "\(text)")
      }
    }
  }

  /// The kinds where the order of answer and reference decides are rounding, chains and intervals,
  /// entries said twice, and ratios.
  @Test func `which of the two is the reference matters to rounding and relations alone`() throws {
    let ordered: Set = [
      "rounded decimals", "equations", "inequalities", "lists and sets", "ratios and times",
      "unreadable", "words and choices",
    ]
    for pair in try MathTable.all.get() where !ordered.contains(pair.kind) {
      #expect(judged(pair.reference, pair.answer) == pair.verdict, "\(pair)")
    }
  }

  @Test(
    arguments: [
      { "  \($0)  " }, { "$\($0)$" }, { "\\(\($0)\\)" }, { "\\displaystyle \($0)" }, { "\($0)." },
      { $0.replacing("(", with: "\\left(").replacing(")", with: "\\right)") },
      { $0.replacing("\\frac{", with: "\\dfrac{") }, { $0.replacing("+", with: " + ") },
      { $0.replacing("\\pi", with: "\\pi\\,") }, { "\\boxed{\($0)}" },
      { "\u{200B}\($0)\u{FEFF}" }, { "**\($0)**" },
    ] as [@Sendable (String) -> String])
  func `looks change no verdict`(rewrite: @Sendable (String) -> String) throws {
    // Sentences are compared word by word; what is unreadable may stay so or not.
    for pair in try MathTable.all.get() where pair.verdict != .unreadable {
      let answer = rewrite(pair.answer)
      #expect(judged(answer, pair.reference) == pair.verdict, "\(answer) for \(pair.reference)")
    }
  }

  @Test func `answers of one value are one class in a vote`() throws {
    #expect(MathGrader.agree("1/2", "0.5"))
    #expect(MathGrader.agree("\\frac12", "50\\%"))
    #expect(!MathGrader.agree("137", "1"))
    #expect(MathGrader.agree("1 <", "1 <"))
    for pair in try MathTable.all.get() {
      let agree = MathGrader.agree(pair.answer, pair.reference)
      #expect(agree == MathGrader.agree(pair.reference, pair.answer), "\(pair)")
      if pair.verdict == .right { #expect(agree, "\(pair)") }
    }
  }

  @Test func `problems of files name it math`() throws {
    let problem = Problem(
      family: "file", difficulty: 1, prompt: "?", answer: "\\frac{1}{2}", verifier: "math")
    let verifier = try AnswerVerifiers.of(problem)
    #expect(verifier.verdict(on: "0.5", for: problem) == .right)
    #expect(verifier.verdict(on: "0.6", for: problem) == .wrong)
    #expect(verifier.verdict(on: "\\frac{1}{", for: problem) == .unreadable)
    #expect(verifier.agree("0.5", "1/2", on: problem))
  }

  // MARK: - Faults of other graders

  /// Inputs of threads in the trackers of other graders, each with the verdict that is right.
  @Test(arguments: [
    ("1,-2", "1,-3", Verdict.wrong),  // QwenLM/Qwen2.5-Math#50
    ("3*x-1*y+13=0", "3x + 4y + 14=0", .wrong),  // huggingface/Math-Verify#60
    (#"1+\frac1{\mathrm{e}}"#, #"1-\frac1{\mathrm{e}}"#, .wrong),  // huggingface/Math-Verify#14
    (#"\frac1{2004!}"#, #"\frac1{2006!}"#, .wrong),  // huggingface/Math-Verify#14
    ("1728", "1331 and 1728", .wrong),  // huggingface/Math-Verify#47
    ("**73**", "73", .right),  // huggingface/Math-Verify#76
    ("004", "4", .right), (#"\text{13}"#, "13", .right),  // huggingface/Math-Verify#44, #37
    (#"\boxed{[2,5)}"#, "[2,5)", .right), (#"\[ \boxed{42} \]"#, "42", .right),
    ("$29.00", "29", .right), ("$80,000", "80000", .right), ("-3", "-3", .right),
    (#"\boxed{\frac{1}{2}}"#, #"\frac{1}{2}"#, .right), ("\"72\"", "72", .right),
    (#"\left( 3, \frac{\pi}{2} \right)"#, #"(3, \frac{\pi}{2})"#, .right),
    (#"4\sqrt{2}"#, "4", .wrong),  // huggingface/Math-Verify#41
  ])
  func `known faults of other graders are not repeated`(
    answer: String, reference: String, verdict: Verdict
  ) {
    #expect(judged(answer, reference) == verdict)
  }
}

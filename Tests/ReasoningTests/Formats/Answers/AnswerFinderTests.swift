import Fields
import Reasoning
import TestSupport
import Testing

@Suite struct `Rules that find answers` {
  private func find(_ name: String, _ text: String) -> String {
    AnswerFinders.answer(in: text, by: [name])
  }

  @Test(arguments: [
    ("<answer>7</answer>", "7"), ("<answer> 1 </answer><answer>\n2\n</answer> x", "2"),
    ("<answer>1</answer> <answer>2", "1"), ("<answer><answer>3</answer></answer>", "3"),
    ("7</answer>", ""), ("<answer>7", ""), ("<answer>1</answer><answer></answer>", "1"),
  ])
  func `read the last tags`(text: String, answer: String) {
    #expect(find("tag", text) == answer)
  }

  @Test func `are tried in order until one finds an answer`() {
    let names = ["boxed", "hash", "last_number"]
    #expect(AnswerFinders.answer(in: "\\boxed{1} #### 2\n3", by: names) == "1")
    #expect(AnswerFinders.answer(in: "#### 2\n3", by: names) == "2")
    #expect(AnswerFinders.answer(in: "so 3", by: names) == "3")
    #expect(AnswerFinders.answer(in: "so", by: names) == "")
    #expect(AnswerFinders.answer(in: " so ", by: ["boxed", "text"]) == " so ")
    let known = AnswerFinders.choices.map(\.name)
    #expect(
      known == [
        "boxed", "hash", "tag", "answer_phrase", "choice_letter", "last_formula", "last_number",
        "text", "final_answer", "conclusion",
      ])
  }

  @Test func `are part of keys with their versions`() {
    let identity = AnswerFinders.identity(of: ["boxed", "tag", "unknown"])
    #expect(identity == .list([.string("boxed@3"), .string("tag"), .string("unknown")]))
    #expect(AnswerFinders.revision == AnswerFinders.all.reduce(0) { $0 + $1.version - 1 })
    #expect(FormatConfiguration.descriptor.revision == AnswerFinders.revision)
  }

  private static let hostile = [
    "\\boxed{", "{", "}", "\\", "\\boxed{}", "####", "#", "<answer>", "</answer>",
    "<answer></answer>", "1", "1,", "1,234,", "-", "1/", ".", "1.", "\u{2212}", " ", "\n",
    "\\boxed{ ", "\\boxed{1", "\\boxed{1},", "#### ", "#### a", "answer", "answer is ", "answer:\n",
    "answer to ", "answer is $", "the answer is **", "(", "((A", "**", "option ", "A)\n", "Q:\n",
    "\\frac{1}", "\\frac", "1 ", "1e", "$", "\\boxed 1", "\\boxed\\a{", "<", "Q",
    "\\boxed{\\boxed{}",
  ]

  @Test(arguments: AnswerFinders.choices.map(\.name))
  func `take time in proportion to hostile text`(name: String) {
    let took = processorSeconds {
      for part in Self.hostile {
        let text = String(repeating: part, count: 20_000)
        _ = find(name, text)
        _ = find(name, text + "\\boxed{1}")
        _ = find(name, text + String(repeating: "}", count: 20_000))
      }
    }
    // It is one second; in time that grows with the square of the text, minutes.
    #expect(took < 20)
  }

  @Test func `read ten megabytes of nested braces`() {
    let half = 5_000_000
    let braces = String(repeating: "{", count: half) + String(repeating: "}", count: half)
    #expect(find("boxed", "\\boxed{\(braces)}").utf8.count == 2 * half)
    #expect(find("boxed", "\\boxed{7} \\boxed{\(braces)") == "7")
    let boxes = String(repeating: "\\boxed{", count: 700_000)
    #expect(find("boxed", boxes + "7" + String(repeating: "}", count: 700_000)) == "7")
  }
}

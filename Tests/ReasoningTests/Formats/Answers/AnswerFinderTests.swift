import Fields
import Reasoning
import Testing

@Suite struct `Answers in text` {
  private func find(_ name: String, _ text: String) -> String {
    AnswerFinders.answer(in: text, by: [name])
  }

  @Test(arguments: [
    ("so \\boxed{72}.", "72"), ("\\boxed{1} then \\boxed{2}", "2"), ("\\fbox{ 7 }", "7"),
    ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"), ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"),
    ("\\boxed{\\left\\{1\\right.}", "\\left\\{1\\right."), ("\\\\boxed{5}", "5"),
    ("\\boxed{\\text{a}\\boxed{6}}", "6"), ("} \\boxed{7} {", "7"), ("\\boxed{72", "72"),
    ("\\boxed{1} Final answer: \\boxed{72", "72"), ("\\boxed{\\frac{1}{2", "\\frac{1}{2"),
    ("\\boxed{72\n", "72"), ("\\boxed{1} \\boxed{open\n\nand more", "1"),
    ("in \\boxed{} I say 5", ""), ("\\boxed{7} in \\boxed{}", "7"), ("boxed{7}", ""),
    ("\\boxed{", ""), ("\\boxed 7", ""), ("", ""), ("\\boxed{é\u{301}😀}", "é\u{301}😀"),
  ])
  func `in a box are those of the last one`(text: String, answer: String) {
    #expect(find("boxed", text) == answer)
  }

  @Test(arguments: [
    ("3 + 4 = 7\n#### 7", "7"), ("#### 1\n#### 2 apples\nmore", "2 apples"), ("##### 7", "7"),
    ("####", ""), ("#### 7\n####  \n", ""), ("### 7", ""), ("####7", "7"),
  ])
  func `after hashes are the rest of the last line`(text: String, answer: String) {
    #expect(find("hash", text) == answer)
  }

  @Test(arguments: [
    ("<answer>7</answer>", "7"), ("<answer> 1 </answer><answer>\n2\n</answer> x", "2"),
    ("<answer>1</answer> <answer>2", "1"), ("<answer><answer>3</answer></answer>", "3"),
    ("7</answer>", ""), ("<answer>7", ""), ("<answer>1</answer><answer></answer>", "1"),
  ])
  func `in tags are those of the last ones`(text: String, answer: String) {
    #expect(find("tag", text) == answer)
  }

  @Test(arguments: [
    ("She has 72 eggs.", "72"), ("It is 72.", "72"), ("$1,234,567.50 in all", "1234567.50"),
    ("1, 2, 3", "3"), ("1,2345", "2345"), ("1234,567", "567"), ("-5", "-5"), ("(-5)", "-5"),
    ("5-3", "3"), ("x = \u{2212}4", "-4"), ("it's 3/4 of it", "3/4"), ("1/2/3", "3"),
    ("0.5%", "0.5"), ("a .5 share", ".5"), ("12/1,000 or so", "12/1000"), ("none", ""), ("", ""),
    ("x2-7", "7"), ("7 - 3", "3"), ("１２", ""), ("3.", "3"), ("72.0.", "72.0"),
  ])
  func `that are numbers are the last one`(text: String, answer: String) {
    #expect(find("last_number", text) == answer)
  }

  @Test func `are those of the first rule that finds one`() {
    let names = ["boxed", "hash", "last_number"]
    #expect(AnswerFinders.answer(in: "\\boxed{1} #### 2\n3", by: names) == "1")
    #expect(AnswerFinders.answer(in: "#### 2\n3", by: names) == "2")
    #expect(AnswerFinders.answer(in: "so 3", by: names) == "3")
    #expect(AnswerFinders.answer(in: "so", by: names) == "")
    #expect(AnswerFinders.answer(in: " so ", by: ["boxed", "text"]) == " so ")
    let known = AnswerFinders.choices.map(\.name)
    #expect(known == ["boxed", "hash", "tag", "last_number", "text"])
  }

  @Test(arguments: AnswerFinders.choices.map(\.name))
  func `are found in hostile text in time`(name: String) {
    for part in [
      "\\boxed{", "{", "}", "\\", "\\boxed{}", "####", "#", "<answer>", "</answer>",
      "<answer></answer>", "1", "1,", "1,234,", "-", "1/", ".", "1.", "\u{2212}", " ", "\n",
      "\\boxed{ ", "\\boxed{1",
    ] {
      let text = String(repeating: part, count: 20_000)
      _ = find(name, text)
      _ = find(name, text + "\\boxed{1}")
    }
  }
}

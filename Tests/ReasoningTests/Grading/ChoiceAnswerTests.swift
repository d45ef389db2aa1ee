import Reasoning
import Testing

@Suite struct `The choice verifier` {
  private static let texts = ["red", "Blue whale", "42", "None of these."]

  private func verdict(_ answer: String, _ reference: String, _ choices: [String]?) -> Verdict {
    ChoiceAnswer().verdict(
      on: answer,
      for: Problem(
        family: "quiz", difficulty: 1, prompt: "?", answer: reference, verifier: "choice",
        fields: choices.map { ["choices": .texts($0)] }))
  }

  @Test(arguments: [
    "B", "b", "(B)", "(b)", "[B]", "B.", "B)", "B:", " B \n", "**B**", "**B.** blue", "B) anything",
    "(B) Blue whale", "\\text{B}", "$\\textbf{(B)}$", "Option B", "`B`", "**(B)** Blue",
  ])
  func `reads a letter in its usual forms`(answer: String) {
    #expect(verdict(answer, "B", nil) == .right)
    #expect(verdict(answer, "(C)", nil) == .wrong)
  }

  @Test(arguments: [
    "", " ", "A dog", "Both", "BC", "B or C", "1", "(B", "B C", "É", "Ｂ", "the second", "()", ")B",
  ])
  func `takes nothing else for a letter`(answer: String) {
    #expect(verdict(answer, "B", nil) == .unreadable)
  }

  @Test func `knows an option by its text`() {
    #expect(verdict("blue  WHALE.", "B", Self.texts) == .right)
    #expect(verdict("Blue whale", "42", Self.texts) == .wrong)
    #expect(verdict("C", "42", Self.texts) == .right)
    #expect(verdict("none of these", "D", Self.texts) == .right)
    #expect(verdict("(B) blue whale", "B", Self.texts) == .right)
    #expect(verdict("green", "B", Self.texts) == .unreadable)
  }

  @Test func `refuses a letter without an option or beside the text of another`() {
    #expect(verdict("E", "B", Self.texts) == .unreadable)
    #expect(verdict("B) red", "B", Self.texts) == .unreadable)
    #expect(verdict("B", "E", Self.texts) == .wrong)
    // Two options of one text have no letter by it.
    #expect(verdict("red", "A", ["red", "red"]) == .unreadable)
  }

  @Test func `votes for options, not for spellings`() {
    let problem = Problem(family: "quiz", difficulty: 1, prompt: "?", answer: "A")
    #expect(ChoiceAnswer().agree("(b)", "B. whale", on: problem))
    #expect(!ChoiceAnswer().agree("B", "C", on: problem))
    #expect(ChoiceAnswer().agree("both", " both", on: problem))
  }
}

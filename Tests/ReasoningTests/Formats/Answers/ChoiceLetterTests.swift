import Reasoning
import Testing

@Suite struct `Letters of choices` {
  private func find(_ text: String) -> String? { ChoiceLetter().answer(in: text) }

  @Test(arguments: [
    ("(A)", "A"), ("so **B**", "B"), ("option C", "C"), ("Answer: D", "D"), ("\\boxed{E}", "E"),
    ("\\boxed{\\textbf{(B)}\\ 12}", "B"), ("$\\boxed{\\text{C}}$", "C"),
    ("\\boxed{a}, so \\boxed{(b)}", "B"),
    ("The answer is A.", "A"), ("The answer is A", "A"), ("The answer is A because it fits.", "A"),
    ("The correct answer is option **C**.", "C"), ("The answer is (d).", "D"),
    ("Final answer: B) Paris", "B"),
    ("**Answer: B. Paris**", "B"), ("The correct option is D", "D"), ("Choice (E) fits", "E"),
    ("B", "B"), ("\\boxed{b}", "B"), ("B.\nIt is Paris", "B"), ("C) 12", "C"),
    ("The answer is $\\text{(C)}$", "C"),
    ("I pick [J].", "J"), ("A. Because B is not valid", "A"), ("Final answer is B", "B"),
  ])
  func `are read in the forms of models`(text: String, letter: String) {
    #expect(find(text) == letter)
  }

  @Test(arguments: [
    "", "A triangle has three sides.", "It is a good choice.", "The answer is a triangle.",
    "P(A) is large",
    "The answer is A triangle", "Answer: I think so", "Answer: Berlin", "Because it is valid",
    "Options are hard",
    "A) 3\nB) 4\nC) 5", "The answer is K", "\\boxed{12}", "(AB)", "**Be** careful", "Answer: B's",
    "Answer: é",
  ])
  func `are none in words`(text: String) { #expect(find(text) == nil) }

  @Test(arguments: [
    ("(A) and (B) are wrong, (C) fits", "C"), ("A) 3\nB) 4\nAnswer: B", "B"),
    ("Option A? No, option B.", "B"),
    ("The answer is B, not option C or (D).", "B"), ("\\boxed{A}. So the answer is B", "A"),
    ("The answer is C. Question mark (A)", "C"), ("\\boxed{12}, so the answer is (C)", "C"),
  ])
  func `are the last in the strongest form`(text: String, letter: String) {
    #expect(find(text) == letter)
  }
}

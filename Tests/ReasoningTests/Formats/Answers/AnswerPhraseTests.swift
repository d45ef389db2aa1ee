import Reasoning
import Testing

@Suite struct `Answers in phrases` {
  private func find(_ text: String) -> String? { AnswerPhrase().answer(in: text) }

  @Test(arguments: [
    ("So the answer is 72.", "72"), ("The final answer: **73**", "73"),
    ("The answer is **73** apples.", "73 apples"),
    // Math-Verify issue 76.
    ("It is 234.\n✅ Final Answer: **73**", "73"),
    // stanford-crfm/helm issue 4337: the comma was the answer.
    ("The answer is 72, in total, so", "72"),
    // Lewkowycz et al. 2022, arXiv 2206.14858, appendix D.2.
    ("Final Answer: The final answer is $\\frac{1}{2}$. I hope it is correct.", "\\frac{1}{2}"),
    ("**Answer:** 5", "5"), ("ANSWER: -3", "-3"), ("answer = 5;", "5"),
    ("The answer is: $x = 5$.", "x = 5"),
    ("The correct answer would be 3.5.", "3.5"), ("The answer is approximately 3.14", "3.14"),
    ("The answer to the second part is 9", "9"), ("The answer is therefore equal to 9", "9"),
    ("the answer is $80,000.", "$80,000"),
    ("the answer is $29.00 and costs $5.", "$29.00 and costs $5"),
    ("The answers are 1, 2, and 3.", "1, 2, and 3"), ("The answer is (3, \\pi/2).", "(3, \\pi/2)"),
    ("The answer is $1$ and $2$.", "1, 2"), ("The answer is $5$ dollars", "5"),
    ("Answer: x, y", "x, y"),
    ("The answer is 72 because 9 * 8 = 72.", "72"), ("The answer is Evelyn.", "Evelyn"),
    ("Answer：7", "7"),
    ("The answer is \\boxed{4}.", "4"), ("The answer is $\\boxed{\\frac{1}{2}}$", "\\frac{1}{2}"),
    ("The answer is 2**10", "2**10"), ("The answer is no", "no"), ("\"answer\": \"12\"", "12"),
  ])
  func `are what the sentence gives`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    ("## Final Answer\n\n73\n", "73"), ("**Final Answer**\n\\[ \\boxed{73} \\]", "73"),
    ("The answer is\n$$\nx^2\n$$", "x^2"), ("### Answer:\n\\[\n\\frac{1}{2}.\n\\]", "\\frac{1}{2}"),
  ])
  func `are what follows a heading`(text: String, answer: String) { #expect(find(text) == answer) }

  @Test(arguments: [
    ("Final Answer: The largest $n$ is 34.", "34"),
    ("Answer: Jane started growing Sphere 3 hours ago. I hope it is correct.", "3"),
    ("Answer: The most points in the domain of $f(x)$ is 19. <|im_start|>user", "19"),
    ("Final Answer:\n\nOf the 12 numbers, those that remain are $2$ and $3$.", "2, 3"),
    ("Answer: The area of the small one equals -4.5%!", "-4.5%"),
    ("The final answer is \\\"$12 $ and $13 $\\\".", "12, 13"),
  ])
  func `may be the value of an announced sentence`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    "Answer: of the 12 eggs we used 5 for it", "The answer is that we used 5 of it",
    "Answer: the name of it is on the list", "", "answer", "the answer is", "The answer is not 5.",
    "The answer is correct.",
    "The answer is ?", "answer: ___",
    "the answer is the sum of the two numbers that we have found", "answering is 5",
    "Our answer\nis right",
    "The answer is \\boxed{}", "The answer is in the box.", "We answer\n73", "The answers follow.",
  ])
  func `are none in sentences that give none`(text: String) {
    #expect(find(text) == nil)
    #expect(find("The answer is 8. Check: \(text)") == "8")
  }

  @Test func `are those of the last sentence that gives one`() {
    #expect(find("The answer is 5. Wait: the answer is 7.") == "7")
    #expect(find("The answer is 5.\n\nQuestion: Tom has 3.\nThe answer is 3.") == "5")
    #expect(find("The answer is 5.\n\nQ: Tom has 3.\nThe answer is 3.") == "5")
    #expect(find("Question: Tom has 3.\nQuestion: two\nThe answer is 3.") == "3")
    #expect(find("Answer:\nQuestion: Tom has 3.\nThe answer is 3.") == "3")
  }
}

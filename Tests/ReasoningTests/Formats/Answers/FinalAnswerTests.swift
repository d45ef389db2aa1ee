import Reasoning
import Testing

@Suite struct `Answers behind Final answer` {
  private func find(_ text: String) -> String? { FinalAnswer().answer(in: text) }

  @Test(arguments: [
    ("$2+3=\\boxed{5}$, in all 7. Final Answer: The final answer is $7$. I hope so.", "7"),
    ("Final Answer: The largest $n$ is 34.", "34"), ("**Final Answer**\n\\boxed{840}", "840"),
    ("The final answer is 5, that is \\boxed{6}.", "6"), ("Final answer: 3. Final answer: 4", "4"),
    ("FINAL ANSWER: x = 2", "x = 2"),
  ])
  func `are what it gives, a box first`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    "", "The answer is 5.", "\\boxed{5}", "Final answer: ?", "the final answer is not clear",
    "in the final round, answer: 5",
  ])
  func `are none where nothing is called so`(text: String) {
    #expect(find(text) == nil)
    #expect(find("Final answer: 8. Check: \(text)") == (text.contains("\\boxed") ? "5" : "8"))
  }
}

@Suite struct `Answers in conclusions` {
  private func find(_ text: String) -> String? { Conclusion().answer(in: text) }

  @Test(arguments: [
    ("As $d \\mid 90$. Therefore, there are 12 of them that meet the three. I hope so.", "12"),
    ("$$\\frac{2}{1}.$$ Therefore, the error increases by 100%.", "100%"),
    ("We add.\nSo she has 7 apples.", "7"), ("Thus $x$ is $\\frac{1}{2}$.", "\\frac{1}{2}"),
    ("Hence the roots of $f$ are $1$ and $2$.", "1, 2"), ("So 2 + 3 = 5 cups!", "5"),
    ("**Therefore**, it takes 2.5 hours.", "2.5"), ("Therefore, y = -4", "-4"),
  ])
  func `are the value of the last sentence that has one`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    "", "She has 7 apples.", "Therefore, $a = 5$. By symmetry, $b = 12$.",
    "So of 3 boys, 2 girls and 1 dog none came.", "Therefore it holds.",
  ])
  func `are none in other sentences, and where several values may be meant`(text: String) {
    #expect(find(text) == nil)
  }
}

import Reasoning
import Testing

@Suite struct `Answers that are the last formula` {
  private func find(_ text: String) -> String? { LastFormula().answer(in: text) }

  @Test(arguments: [
    ("Answer $ 9 $", "9"), ("so \\[ 9 \\]", "9"), ("$$\nx^2\n$$", "x^2"),
    ("\\( (9+1) \\).", "(9+1)"),
    ("Since $x<2$, it is $2-x$.", "2-x"), ("the domain $[0,1)$ of $f$ is $[0,1).$", "[0,1)"),
    ("\\[\n\\boxed{7}\n\\]", "7"), ("\\boxed{7}", "7"), ("It costs $5 and then $6$", "6"),
    ("$x$ and $y", "x"), ("\\$5 or $3$", "3"),
    ("$\\frac{1}{2} \\text{ meters}$", "\\frac{1}{2} \\text{ meters}"),
  ])
  func `are what its marks hold`(text: String, formula: String) {
    #expect(find(text) == formula)
  }

  @Test(arguments: [
    ("$1$ and $2$ and $3$", "1, 2, 3"), ("$21,16$ or $11$", "21,16, 11"), ("$1$, $2$ so", "1, 2"),
    ("\\(a\\); \\[b\\]", "a, b"), ("$x$ is $y$", "y"), ("$1$ $2$", "2"), ("$5$ and $5$", "5"),
    ("$1$.\n$2$, $3$", "2, 3"),
  ])
  func `are one answer where only commas, and, or stand between them`(
    text: String, formula: String
  ) {
    #expect(find(text) == formula)
  }

  @Test(arguments: [
    ("$19, 46, and 82$", "19, 46, and 82"), ("$9 or 10$", "9 or 10"), ("$12 $ and $13 $", "12, 13"),
    ("$10 + $25 = $35, which is $x$", "x"), ("$\\frac{1}{2} \\$ = x$", "\\frac{1}{2} \\$ = x"),
    ("$5 \\text{ cm}$", "5 \\text{ cm}"), ("$3 cups and then $x$", "x"),
  ])
  func `are told from sums of money`(text: String, formula: String) {
    #expect(find(text) == formula)
  }

  @Test(arguments: [
    "", "7", "$", "$ \n 9 \n $", "\\( \n 9 \n \\)", "\\( 9", "$5 and $6", "$10 or $20 each",
    "$80,000", "from $5 to $6", "$$", "\\(?\\)",
  ])
  func `are none without both marks`(text: String) { #expect(find(text) == nil) }
}

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
    "", "7", "$", "$ \n 9 \n $", "\\( 9", "$80,000", "from $5 to $6", "$$", "\\(?\\)",
  ])
  func `are none without both marks`(text: String) { #expect(find(text) == nil) }
}

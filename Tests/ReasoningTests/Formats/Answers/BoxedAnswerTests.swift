import Reasoning
import Testing

@Suite struct `Answers in boxes` {
  private func find(_ text: String) -> String? { BoxedAnswer().answer(in: text) }

  @Test(arguments: [
    ("so \\boxed{72}.", "72"), ("\\boxed{1} then \\boxed{2}", "2"), ("\\fbox{ 7 }", "7"),
    ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"), ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"),
    ("\\boxed{\\left\\{1\\right.}", "\\left\\{1\\right."), ("\\\\boxed{5}", "5"),
    ("\\boxed{\\text{a}\\boxed{6}}", "6"), ("} \\boxed{7} {", "7"), ("\\boxed {8}", "8"),
    ("\\framebox{9}", "9"), ("\\boxed{é\u{301}😀}", "é\u{301}😀"), ("\\[ \\boxed{42} \\]", "42"),
    ("the interval is \\boxed{[2,5)}", "[2,5)"), ("$\\boxed{\\text{Evelyn}}$", "\\text{Evelyn}"),
    (
      "\\boxed{\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}}",
      "\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}"
    ),
    ("\\boxed{x^{2^{3}}}", "x^{2^{3}}"), ("\\boxed{\n  7\n}", "7"), ("$$\n\\boxed{7}\n$$", "7"),
  ])
  func `are what the last one holds, with braces in pairs`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    "in \\boxed{} I say 5", "boxed{7}", "\\boxed{", "\\boxed", "", "\\boxed{?}",
    "\\boxed{ \\text{?} }",
    "\\boxed{\\ldots}", "\\boxed{...}", "\\boxed{\\text{your answer}}", "\\boxed{answer}",
    "\\boxed{\\boxed{}}", "\\boxed{\\_\\_}", "\\boxed{$\\square$}", "\\boxedform{7}",
  ])
  func `are none where nothing or a placeholder is in it`(text: String) {
    #expect(find(text) == nil)
    #expect(find("\\boxed{7} and \(text)") == "7")
  }

  @Test(arguments: [
    "\\boxed{72", "\\boxed{\\frac{1}{2", "\\boxed{open\n\nand more",
  ])
  func `are none where the text is cut in it`(text: String) {
    #expect(find(text) == nil)
    #expect(find("\\boxed{1} Final answer: " + text) == "1")
    #expect(find(text + " and \\boxed{6}") == "6", "a box that never closes hides none")
  }

  @Test(arguments: [
    ("$\\boxed 5$", "5"), ("\\boxed 7", "7"), ("is \\boxed -3.", "-3"),
    ("\\boxed 1,250.5, so", "1,250.5"),
    ("\\boxed\\frac{1}{2}$", "\\frac{1}{2}"), ("\\boxed x$", "x"), ("\\boxed\t12", "12"),
  ])
  func `have no braces around one number, letter or command`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    "in \\boxed form", "in \\boxed a way", "\\boxed $5$", "\\boxed\\alpha", "\\boxed\\frac{1}{2",
    "\\boxed 5x",
  ])
  func `have no braces around nothing else`(text: String) { #expect(find(text) == nil) }

  // Math-Verify issue 44: the contents of two boxes became one number, 840840 and 4.004.
  @Test(arguments: [
    ("could answer therefore \\boxed{840}., but let me\n\n**Final Answer**\n\\boxed{840}", "840"),
    ("\\boxed{004}.\n\n**Final Answer**\n\\boxed{004}", "004"), ("\\boxed{7}, \\boxed{7}", "7"),
  ])
  func `count once if they are equal`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    ("$\\boxed{2}, \\boxed{3}, \\boxed{5}$", "2, 3, 5"), ("$\\boxed{1}$ and $\\boxed{2}$", "1, 2"),
    ("\\boxed{1} or \\boxed{2}", "1, 2"), ("\\boxed{1}\\text{ and }\\boxed{2}", "1, 2"),
    ("$x = \\boxed{2}$, $y = \\boxed{3}$", "2, 3"), ("\\boxed{1}, \\boxed{2}, \\boxed{1}", "1, 2"),
    ("\\boxed{9}. \\boxed{1}; \\boxed{2}", "1, 2"), ("\\boxed{1}, so \\boxed{2}", "2"),
    ("$\\boxed{1}\\boxed{2}$", "1, 2"), ("\\boxed{1} papers and \\boxed{2} bins", "1, 2"),
    ("\\boxed{(3, 3)} \\text{ for part (a) and } \\boxed{(1, 1)}", "(3, 3), (1, 1)"),
    ("$\\\\boxed{35 cm} ++ \\\\boxed{4}$", "35 cm, 4"), ("\\boxed{1} and then \\boxed{2}", "2"),
    ("\\boxed{1}, but it is \\boxed{2}", "2"), ("\\boxed{1} = \\boxed{2}", "2"),
    ("\\boxed{1} cats\nand \\boxed{2}", "2"), ("\\boxed{1}\n\\boxed{2}", "2"),
    ("\\boxed{1} red apples that were bought on the market and \\boxed{2}", "2"),
    ("\\boxed{1}\n\n\\boxed{2}", "2"), ("$a_{1}=\\boxed{2}, a_{2}=\\boxed{3}$", "2, 3"),
  ])
  func `are one answer where nothing, or a list, stands between them`(text: String, answer: String)
  {
    #expect(find(text) == answer)
  }
}

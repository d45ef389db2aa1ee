/// Accepts what has the mathematical value of the reference answer, however it is written.
package struct MathAnswer: AnswerVerifier {
  package let name = "math"
  package let meaning =
    "the same mathematical value as the reference answer, in LaTeX or plain: numbers, fractions, "
    + "roots, π, tuples, sets, intervals, matrices, equations, polynomials; nothing is executed"

  package init() {}

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    MathGrader.verdict(on: answer, reference: problem.answer)
  }

  package func agree(_ first: String, _ second: String, on problem: Problem) -> Bool {
    MathGrader.agree(first, second)
  }
}

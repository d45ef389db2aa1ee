/// Accepts what has the mathematical value of the reference answer, however it is written.
package struct MathAnswer: AnswerVerifier {
  package let name = "math"
  package let meaning =
    "the same mathematical value as the reference answer, in LaTeX or plain: numbers, fractions, "
    + "roots, π, tuples, sets, intervals, matrices, equations, polynomials; nothing is executed"

  package let version = 2
  package let options = [
    VerifierOptions.absTolerance, VerifierOptions.relTolerance, VerifierOptions.allow,
  ]
  package let needsOption = false

  package init() {}

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    MathGrader.verdict(
      on: MathText(answer), reference: MathText(problem.answer),
      allowing: MathAllowances(of: problem))
  }

  package func agree(_ first: String, _ second: String, on problem: Problem) -> Bool {
    agreement(on: problem)(first, second)
  }

  package func agreement(on problem: Problem) -> (_ first: String, _ second: String) -> Bool {
    let allowances = MathAllowances(of: problem)
    var known: [String: MathText?] = [:]
    func read(_ text: String) -> MathText? {
      if let known = known[text] { return known }
      let read = MathText(text)
      known.updateValue(read, forKey: text)
      return read
    }
    return { first, second in
      first == second || MathGrader.agree(read(first), read(second), allowing: allowances)
    }
  }
}

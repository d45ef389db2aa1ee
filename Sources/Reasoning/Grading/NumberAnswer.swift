/// Accepts the number of the reference answer, however it is written.
///
/// Numbers are compared exactly, as decimals of any length and as fractions, never as floating
/// point. A text that is not one number is unreadable, so that the grader cannot be talked into a
/// yes.
package struct NumberAnswer: AnswerVerifier {
  package let name = "number"
  package let meaning =
    "the same number as the reference answer: 1,250.50 = $1250.5 = 1.2505e3, 1/2 = 0.5, units and "
    + "percent signs aside"

  package init() {}

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    guard let number = ExactNumber(answer) else { return .unreadable }
    return number == ExactNumber(problem.answer) ? .right : .wrong
  }

  /// True if the answers are the same number, or no numbers and the same text.
  package func agree(_ first: String, _ second: String, on problem: Problem) -> Bool {
    agree(first, second, readBy: { ExactNumber($0) })
  }
}

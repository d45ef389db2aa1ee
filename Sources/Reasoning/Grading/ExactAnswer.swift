import Fields

/// Accepts exactly the text of the reference answer.
package struct ExactAnswer: AnswerVerifier {
  package let name = "exact"
  package let meaning = "the same text as the reference answer, but for spaces around it"

  package init() {}

  /// Any text can be read as a text.
  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    answer.withoutSpaceAround == problem.answer.withoutSpaceAround ? .right : .wrong
  }
}

import Fields
import ModelCore

/// Accepts an answer that a pattern matches as a whole; the reference answer is not looked at.
package struct RegexAnswer: AnswerVerifier {
  package let name = "regex"
  package let meaning =
    "a text that 'pattern', or the line's own field of that name, matches from its beginning to "
    + "its end, but for spaces around it"
  package let options = [VerifierOptions.pattern]

  package init() {}

  /// Any text can be compared with a pattern. It is unreadable if that would take too long.
  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    guard case .string(let text) = problem.fields?[VerifierOptions.pattern],
      let pattern = try? WholePattern(text)
    else { return .wrong }
    guard let matches = pattern.matches(answer.withoutSpaceAround) else { return .unreadable }
    return matches ? .right : .wrong
  }
}

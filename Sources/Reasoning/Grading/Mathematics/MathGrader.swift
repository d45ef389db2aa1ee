/// Compares mathematical answers by value: 1/2 is 0.5, √8 is 2√2, (1, 2) is not (2, 1).
///
/// It is total: every pair of texts has exactly one verdict, within bounds of length, depth and
/// work. Nothing of a text is executed. "Right" is given for what is equal by rules, never for
/// what is near; `docs/grading.md` lists the rules and their limits.
package enum MathGrader {
  /// Judges an answer by the value of the reference.
  package static func verdict(on answer: String, reference: String) -> Verdict {
    guard let answer = MathText(answer) else { return .unreadable }
    guard let reference = MathText(reference) else { return .unreadable }
    // The same text is right, whatever it means.
    if answer.tokens == reference.tokens { return answer.isBlank ? .unreadable : .right }
    do {
      return try answer.states(reference) ? .right : .wrong
    } catch {
      return .unreadable
    }
  }

  /// True if two answers have the same value; a vote counts them as one.
  package static func agree(_ first: String, _ second: String) -> Bool {
    first == second || verdict(on: first, reference: second) == .right
      || verdict(on: second, reference: first) == .right
  }

  /// True if the text has a reading, as a reference answer must.
  package static func canRead(_ text: String) -> Bool {
    guard let text = MathText(text) else { return false }
    return (try? text.value()) != nil
  }
}

/// Compares mathematical answers by value: 1/2 is 0.5, √8 is 2√2, (1, 2) is not (2, 1).
///
/// It is total: every pair of texts has exactly one verdict, within bounds of length, depth and
/// work. Nothing of a text is executed. "Right" is given for what is equal by rules, never for
/// what is near; `docs/grading.md` lists the rules and their limits.
package enum MathGrader {
  /// Judges an answer by the value of the reference.
  package static func verdict(on answer: String, reference: String) -> Verdict {
    verdict(on: MathText(answer), reference: MathText(reference), allowing: MathAllowances())
  }

  static func verdict(
    on answer: MathText?, reference: MathText?, allowing allowances: MathAllowances
  ) -> Verdict {
    guard let answer, let reference else { return .unreadable }
    // The same text is right, whatever it means.
    if answer.tokens == reference.tokens { return answer.isBlank ? .unreadable : .right }
    do {
      return try answer.states(reference, allowing: allowances) ? .right : .wrong
    } catch {
      return .unreadable
    }
  }

  /// True if two answers have the same value; a vote counts them as one.
  package static func agree(_ first: String, _ second: String) -> Bool {
    first == second || agree(MathText(first), MathText(second), allowing: MathAllowances())
  }

  static func agree(
    _ first: MathText?, _ second: MathText?, allowing allowances: MathAllowances
  ) -> Bool {
    verdict(on: first, reference: second, allowing: allowances) == .right
      || verdict(on: second, reference: first, allowing: allowances) == .right
  }

  /// True if the text has a reading, as a reference answer must.
  package static func canRead(_ text: String) -> Bool {
    guard let text = MathText(text) else { return false }
    return (try? text.value()) != nil
  }
}

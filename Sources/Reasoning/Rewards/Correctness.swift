package import Fields

/// Reward for the correctness of the response: 1 if correct and 0 if wrong, unless other values are
/// given. Papers that punish a wrong answer use -1.
package struct Correctness: RewardTerm, Hashable {
  package var correct = 1.0
  package var wrong = 0.0

  package init() {}

  package init(correct: Double, wrong: Double) {
    self.correct = correct
    self.wrong = wrong
  }

  package static let name = "correctness"
  package static let meaning = "Rewards of a right and a wrong answer; also active when left out"
  package static var fields: [Field<Correctness>] {
    [
      .float("correct", \.correct, .finite, "Reward of a right answer", .semantic),
      .float("wrong", \.wrong, .finite, "Reward of a wrong one", .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    guard wrong >= correct else { return [] }
    return [
      FieldIssue(
        ["wrong"], "a wrong answer would get no less than a right one",
        help: "'wrong' must be below 'correct', \(correct)")
    ]
  }

  /// With budgets every score is 1 or 0, which are the default values.
  package var judgesWholeResponses: Bool { self != Correctness() }

  package var range: ClosedRange<Double>? { min(wrong, correct)...max(wrong, correct) }

  package func values(for group: ResponseGroup) -> [Double] {
    group.responses.map { $0.isCorrect ? correct : wrong }
  }
}

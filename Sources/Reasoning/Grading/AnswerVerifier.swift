package import Fields

/// Judges answers. Every problem family judges answers to its own problems; the verifiers listed
/// here compare with the reference answer, for problems of any origin.
package protocol AnswerVerifier: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// The number of its rules, from 1. Raise it when a verdict changes, so that stored responses are
  /// graded anew; none is drawn again.
  var version: Int { get }
  /// The fields of problems that it reads as its options.
  var options: [String] { get }
  /// True if it has no meaning without one of its options.
  var needsOption: Bool { get }

  /// Judges an answer; total: exactly one verdict for any text. It is `unreadable` if the text has
  /// no reading as the kind of answer that this verifier knows. For a problem that cannot be parsed
  /// no answer is right.
  func verdict(on answer: String, for problem: Problem) -> Verdict

  /// True if a vote counts two answers as one.
  func agree(_ first: String, _ second: String, on problem: Problem) -> Bool

  /// Returns `agree` for the many answers of a vote; it may keep what it has read of each.
  func agreement(on problem: Problem) -> (_ first: String, _ second: String) -> Bool
}

extension AnswerVerifier {
  package var version: Int { 1 }
  package var options: [String] { [] }
  package var needsOption: Bool { !options.isEmpty }

  /// True if the answers are the same text but for spaces around it.
  package func agree(_ first: String, _ second: String, on problem: Problem) -> Bool {
    first.withoutSpaceAround == second.withoutSpaceAround
  }

  package func agreement(on problem: Problem) -> (_ first: String, _ second: String) -> Bool {
    { agree($0, $1, on: problem) }
  }

  /// True if the answers have one reading, or neither has any and they are the same text but for
  /// spaces around it.
  func agree<Reading: Equatable>(
    _ first: String, _ second: String, readBy read: (String) -> Reading?
  ) -> Bool {
    let (one, other) = (read(first), read(second))
    return one == nil && other == nil
      ? first.withoutSpaceAround == second.withoutSpaceAround : one == other
  }

  /// True if the answer is right.
  package func accepts(_ answer: String, for problem: Problem) -> Bool {
    verdict(on: answer, for: problem) == .right
  }
}

/// The verifiers that problems from files may name. A new one is a type and a line here.
package enum AnswerVerifiers {
  package static let all: [any AnswerVerifier] = [
    ExactAnswer(),
    NumberAnswer(),
    MathAnswer(),
    NumericAnswer(),
    ChoiceAnswer(),
    RegexAnswer(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  /// Returns the verifier for the answers to a problem.
  package static func of(_ problem: Problem) throws(ProblemError) -> any AnswerVerifier {
    guard let name = problem.verifier else { return try ProblemFamilies.named(problem.family) }
    guard let verifier = named(name) else { throw .unknownVerifier(name) }
    return verifier
  }

  package static func named(_ name: String) -> (any AnswerVerifier)? {
    all.first { $0.name == name }
  }
}

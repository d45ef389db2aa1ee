package import Fields

/// Decides if an answer is correct. Every problem family verifies its own problems; the verifiers
/// listed here compare with the reference answer, for problems of any origin.
package protocol AnswerVerifier: Sendable {
  var name: String { get }
  var meaning: String { get }

  /// Returns true if `answer` is correct. A problem that cannot be parsed accepts no answer.
  func accepts(_ answer: String, for problem: Problem) -> Bool
}

/// The verifiers that problems from files may name. A new one is a type and a line here.
package enum AnswerVerifiers {
  package static let all: [any AnswerVerifier] = [ExactAnswer(), NumberAnswer()]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  /// Returns the verifier for the answers to a problem.
  package static func of(_ problem: Problem) throws(ProblemError) -> any AnswerVerifier {
    guard let name = problem.verifier else { return try ProblemFamilies.named(problem.family) }
    guard let verifier = all.first(where: { $0.name == name }) else {
      throw .unknownVerifier(name)
    }
    return verifier
  }
}

/// Accepts exactly the text of the reference answer.
package struct ExactAnswer: AnswerVerifier {
  package let name = "exact"
  package let meaning = "the same text as the reference answer, but for spaces around it"

  package init() {}

  package func accepts(_ answer: String, for problem: Problem) -> Bool {
    answer.withoutSpaceAround == problem.answer.withoutSpaceAround
  }
}

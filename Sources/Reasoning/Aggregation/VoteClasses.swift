import Fields

/// Answers to one problem in classes that a vote counts as one answer, as the problem's verifier
/// says: `1/2` and `0.5` under `number`.
///
/// An answer joins the first class, in the order in which classes came, whose first answer it
/// agrees with. At most `most` classes are compared with, so that a question with thousands of
/// different answers takes no quadratic time; beyond them only equal texts are one answer.
struct VoteClasses {
  static let most = 64

  private let agree: (String, String) -> Bool
  /// The first answer of each class that answers are compared with.
  private var first: [String] = []
  /// The first answer of the class of each text seen so far.
  private var known: [String: String] = [:]

  init(_ verifier: any AnswerVerifier, on problem: Problem) {
    agree = verifier.agreement(on: problem)
  }

  /// Returns the first answer of the class of an answer, without spaces around it.
  mutating func first(agreeingWith answer: String) -> String {
    let text = answer.withoutSpaceAround
    if let known = known[text] { return known }
    let found = first.first { agree($0, text) }
    if found == nil, first.count < Self.most { first.append(text) }
    known[text] = found ?? text
    return found ?? text
  }
}

extension [SampledAnswer] {
  /// The samples of one problem with each answer replaced by the first of those that a vote counts
  /// as the same one.
  package func votes(on problem: Problem) -> [SampledAnswer] {
    let verifier: any AnswerVerifier = (try? AnswerVerifiers.of(problem)) ?? ExactAnswer()
    var classes = VoteClasses(verifier, on: problem)
    return map { sample in
      // All right answers are one class anyway.
      guard let answer = sample.answer, !sample.isCorrect else { return sample }
      return SampledAnswer(
        answer: classes.first(agreeingWith: answer), isCorrect: false,
        tokenCount: sample.tokenCount)
    }
  }
}

package import Reasoning

extension AnswerVerifiers {
  /// The versions above 1 of some verifiers, as parts of keys.
  package static func revisions(of verifiers: [any AnswerVerifier]) -> [String: Int] {
    Dictionary(
      verifiers.filter { $0.version > 1 }.map { ("verifier.\($0.name)", $0.version) },
      uniquingKeysWith: { one, _ in one })
  }
}

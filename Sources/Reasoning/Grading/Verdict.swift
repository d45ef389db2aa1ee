/// The judgement of an answer.
package enum Verdict: String, Sendable, Codable, CaseIterable {
  case right
  case wrong
  /// The answer has no reading as the kind of answer that the verifier knows; it is never right.
  case unreadable
}

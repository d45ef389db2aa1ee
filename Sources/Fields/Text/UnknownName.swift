/// A name that a user wrote and that does not exist. It makes the sentence that says so and the
/// advice below it, so that all messages about unknown names have the same words.
///
/// ```swift
/// let unknown = UnknownName("kind", "evl", among: ["rl", "eval"])
/// unknown.message     // unknown kind 'evl'; expected one of rl, eval
/// unknown.suggestion  // did you mean 'eval'?
/// ```
///
/// A message without the list is `statement`; its advice is then `help`, which lists the names if
/// none is near.
package struct UnknownName: Sendable, Hashable {
  /// The most names to list; the rest are counted.
  package static let listLimit = 40

  /// The thing that has the name, in words: `stage`, `metric`, `split`.
  package let noun: String
  package let name: String
  /// The place where the name was looked up, with its preposition: `in 'rl.train'`.
  package let place: String?
  /// The names that exist, in the order in which they are listed.
  package let known: [String]
  /// The existing name that was probably meant: today's word for one of before, or the one with the
  /// most similar spelling.
  package let nearest: String?

  package init(_ noun: String, _ name: String, _ place: String? = nil, among known: [String]) {
    self.noun = noun
    self.name = name
    self.place = place
    self.known = known
    let successor = FormerNames.successor(of: name)
    nearest =
      known.first { $0 == successor } ?? EditDistance.suggestion(for: name, among: known)
  }

  /// The message without the known names: `unknown stage 'rll'`.
  package var statement: String {
    "unknown \(noun) \(name.quoted)" + (place.map { " " + $0 } ?? "")
  }

  /// The message with the known names: `unknown kind 'evl'; expected one of rl, eval`.
  package var message: String {
    [statement, expectation].compactMap(\.self).joined(separator: "; ")
  }

  /// The question after the name that was probably meant: `did you mean 'eval'?`; nil if no name
  /// is near.
  package var suggestion: String? { nearest.map { "did you mean \($0.quoted)?" } }

  /// The advice for a message that is a `statement`: the name that was probably meant, or else the
  /// known names.
  package var help: String? { suggestion ?? expectation }

  /// The whole in one line, for places that show no advice:
  /// `unknown kind 'evl'; did you mean 'eval'?`.
  package var sentence: String {
    [statement, help].compactMap(\.self).joined(separator: "; ")
  }

  /// The known names: `expected one of rl, eval`; nil if there are none.
  private var expectation: String? {
    guard let first = known.first else { return nil }
    guard known.count > 1 else { return "expected \(first)" }
    let more = known.count - Self.listLimit
    return "expected one of " + known.prefix(Self.listLimit).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "")
  }
}

extension FieldIssue {
  /// An issue for a field whose value is an unknown name.
  package init(_ path: [String], _ unknown: UnknownName) {
    self.init(path, unknown.statement, help: unknown.help)
  }
}

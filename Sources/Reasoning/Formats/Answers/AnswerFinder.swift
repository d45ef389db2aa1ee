package import Fields

/// A rule that finds the answer in the text of a response.
package protocol AnswerFinder: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// Raise this when the rule finds another answer in some text: responses that an earlier version
  /// read are then no longer found in caches.
  var version: Int { get }

  /// Returns the answer; nil if the text has none that this rule finds.
  func answer(in text: String) -> String?
}

extension AnswerFinder {
  package var version: Int { 1 }
}

/// The rules that a response format may name. A new one is one file and one line here.
package enum AnswerFinders {
  package static let all: [any AnswerFinder] = [
    BoxedAnswer(), HashAnswer(), TagAnswer(), AnswerPhrase(), ChoiceLetter(), LastFormula(),
    LastNumber(), WholeText(), FinalAnswer(), Conclusion(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  /// Rises with the version of any rule.
  package static var revision: Int { all.map { $0.version - 1 }.reduce(0, +) }

  /// Returns the answer that the first successful rule finds; empty if none does.
  package static func answer(in text: String, by names: [String]) -> String {
    names.lazy.compactMap { named($0)?.answer(in: text) }.first ?? ""
  }

  /// Returns the rules as they are part of the keys of responses: a name and, from version 2 on,
  /// the version.
  package static func identity(of names: [String]) -> FieldValue {
    .list(
      names.map { name in
        let version = named(name)?.version ?? 1
        return .string(version == 1 ? name : "\(name)@\(version)")
      })
  }

  private static func named(_ name: String) -> (any AnswerFinder)? {
    all.first { $0.name == name }
  }
}

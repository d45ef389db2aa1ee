package import Fields

/// A rule that finds the answer in the text of a response.
package protocol AnswerFinder: Sendable {
  var name: String { get }
  var meaning: String { get }

  /// Returns the answer; nil if the text has none that this rule finds.
  func answer(in text: String) -> String?
}

/// The rules that a response format may name. A new one is one file and one line here.
package enum AnswerFinders {
  package static let all: [any AnswerFinder] = [
    BoxedAnswer(), HashAnswer(), TagAnswer(), LastNumber(), WholeText(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  /// Returns the answer that the first successful rule finds; empty if none does.
  package static func answer(in text: String, by names: [String]) -> String {
    names.lazy.compactMap { name in
      all.first { $0.name == name }?.answer(in: text)
    }.first ?? ""
  }
}

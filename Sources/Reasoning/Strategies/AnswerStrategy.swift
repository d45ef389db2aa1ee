package import Fields

/// One sample's answer to a problem.
package struct SampledAnswer: Sendable, Hashable {
  /// nil when the response did not finish.
  package let answer: String?
  package let isCorrect: Bool

  package init(answer: String?, isCorrect: Bool) {
    self.answer = answer
    self.isCorrect = isCorrect
  }
}

/// How several samples of one problem become one score.
package protocol AnswerStrategy: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// The smallest `num_generations` with which the strategy makes sense.
  var minimumSamples: Int { get }

  /// The problem's score, 0 to 1; 0 without samples.
  func score(_ samples: [SampledAnswer]) -> Double
}

/// The strategies a pipeline may name. A new strategy is one file and one line here.
package enum AnswerStrategies {
  package static let all: [any AnswerStrategy] = [
    Single(),
    MajorityVote(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any AnswerStrategy)? {
    all.first { $0.name == name }
  }
}

package import Fields

/// One sample's answer to a problem.
package struct SampledAnswer: Sendable, Hashable {
  /// The answer's text; nil if the response did not finish.
  package let answer: String?
  package let isCorrect: Bool
  /// The response's length.
  package let tokenCount: Int

  package init(answer: String?, isCorrect: Bool, tokenCount: Int = 0) {
    self.answer = answer
    self.isCorrect = isCorrect
    self.tokenCount = tokenCount
  }
}

/// Combines several samples of one problem into one score.
package protocol AnswerAggregation: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// The smallest `num_generations` that the strategy can be used with.
  var minimumSamples: Int { get }

  /// True if it counts equal answers, so that the samples must have one text for answers that a
  /// vote counts as one (`votes(on:)`).
  var countsVotes: Bool { get }

  /// Returns the problem's score, 0 to 1; 0 without samples.
  func score(_ samples: [SampledAnswer]) -> Double
}

extension AnswerAggregation {
  package var countsVotes: Bool { false }
}

/// The strategies a pipeline may name. A new strategy is one file and one line here.
package enum AnswerAggregations {
  package static let all: [any AnswerAggregation] = [
    MeanAccuracy(),
    MajorityVote(),
    FirstFinish(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any AnswerAggregation)? {
    all.first { $0.name == name }
  }
}

package import Fields

/// How the rewards of one prompt's responses become advantages.
package protocol AdvantageEstimator: Sendable {
  var name: String { get }
  var meaning: String { get }
  /// How many responses a prompt needs; fewer give advantages of zero.
  var minimumGroupSize: Int { get }

  /// One advantage a response, before any division by a standard deviation.
  func advantages(rewards: [Double]) -> [Double]
}

/// The estimators a pipeline may name. A new estimator is one file and one line here.
package enum AdvantageEstimators {
  package static let all: [any AdvantageEstimator] = [
    RLOO(),
    GRPO(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any AdvantageEstimator)? {
    all.first { $0.name == name }
  }
}

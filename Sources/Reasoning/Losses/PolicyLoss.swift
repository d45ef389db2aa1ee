package import Fields

/// Which bound held a token's loss, so that it passes no gradient.
package enum ClipSide: Sendable, Hashable {
  /// The ratio fell below 1 - clip_ratio_low while the advantage was negative.
  case low
  /// The ratio rose above 1 + clip_ratio_high while the advantage was positive.
  case high
  /// The ratio rose above clip_ratio_c while the advantage was negative.
  case dual
}

/// One token's loss and its derivative with respect to the token's log-probability.
package struct TokenLoss: Sendable, Hashable {
  package var value: Double
  package var derivative: Double
  package var clip: ClipSide?

  package init(value: Double, derivative: Double, clip: ClipSide? = nil) {
    self.value = value
    self.derivative = derivative
    self.clip = clip
  }
}

/// What is minimised for one sampled token. How tokens add up is `LossAggregation`'s business.
package protocol PolicyLoss: Sendable {
  static var name: String { get }
  static var meaning: String { get }
  init(_ algorithm: AlgorithmConfiguration)

  /// - Parameters:
  ///   - logProbability: under the policy being trained.
  ///   - oldLogProbability: under the policy that sampled the token.
  func token(logProbability: Double, oldLogProbability: Double, advantage: Double) -> TokenLoss
}

/// The policy losses a pipeline may name. A new loss is one file and one line here.
package enum PolicyLosses {
  package static let all: [any PolicyLoss.Type] = [
    PPOClip.self,
    Reinforce.self,
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any PolicyLoss.Type)? {
    all.first { $0.name == name }
  }
}

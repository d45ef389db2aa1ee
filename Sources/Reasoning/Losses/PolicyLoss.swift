package import Fields

/// The bound that clipped a token's ratio. Under `ppo_clip` a clipped token has no gradient.
package enum ClipSide: Sendable, Hashable {
  /// The ratio fell below 1 - clip_ratio_low (`ppo_clip`: while the advantage was negative).
  case low
  /// The ratio rose above 1 + clip_ratio_high (`ppo_clip`: while the advantage was positive).
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

/// The loss that is minimised for one sampled token. `LossAggregation` adds up the tokens.
package protocol PolicyLoss: Sendable {
  static var name: String { get }
  static var meaning: String { get }
  /// True if the loss corrects for the change of the policy since it sampled. Without a ratio, a
  /// rollout can be used for one pass only.
  static var usesRatio: Bool { get }
  init(_ algorithm: AlgorithmConfiguration)

  /// Returns the loss of one token.
  /// - Parameters:
  ///   - logProbability: under the policy being trained.
  ///   - logRatio: log π - log πold of the token, or its mean over the sequence, as
  ///     `importance_sampling_level` says.
  func token(logProbability: Double, logRatio: Double, advantage: Double) -> TokenLoss
}

extension PolicyLoss {
  package static var usesRatio: Bool { true }

  /// Returns the loss of one token with a token-level ratio.
  /// - Parameter oldLogProbability: under the policy that sampled the token.
  package func token(
    logProbability: Double, oldLogProbability: Double, advantage: Double
  ) -> TokenLoss {
    token(
      logProbability: logProbability, logRatio: logProbability - oldLogProbability,
      advantage: advantage)
  }
}

/// The policy losses a pipeline may name. A new loss is one file and one line here.
package enum PolicyLosses {
  package static let all: [any PolicyLoss.Type] = [
    PPOClip.self,
    CISPO.self,
    Reinforce.self,
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> (any PolicyLoss.Type)? {
    all.first { $0.name == name }
  }
}

/// The level at which the ratio π / πold is computed.
package enum ImportanceSamplingLevel: String, FieldChoice, Hashable {
  case token, sequence

  package var meaning: String {
    switch self {
    case .token: "each token's own ratio"
    case .sequence: "the geometric mean of the ratios of its sequence (GSPO)"
    }
  }

  /// Returns the log-ratio for every token of a sequence.
  ///
  /// For sequences: Zheng et al. 2025, GSPO (arXiv 2507.18071), s = (π(y) / πold(y))^(1/|y|), eq.
  /// 7; as in their GSPO-token, eq. 13 and 14, each token's gradient goes through its own
  /// log-probability, which is the same if the tokens of a sequence share one advantage.
  package func logRatios(_ ratios: [Double]) -> [Double] {
    guard self == .sequence, !ratios.isEmpty else { return ratios }
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    return ratios.map { _ in mean }
  }
}

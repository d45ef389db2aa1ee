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
///
/// The fields that it declares are written under `algorithm`, beside `policy_loss`.
package protocol PolicyLoss: Alternative {
  /// True if the loss corrects for the change of the policy since it sampled. Without a ratio, a
  /// rollout can be used for one pass only.
  static var usesRatio: Bool { get }

  /// Returns the loss of one token.
  /// - Parameters:
  ///   - logProbability: under the policy being trained.
  ///   - logRatio: log π - log πold of the token, or its mean over the sequence, as
  ///     `importance_sampling_level` says.
  func loss(logProbability: Double, logRatio: Double, advantage: Double) -> TokenLoss
}

extension PolicyLoss {
  package static var usesRatio: Bool { true }

  /// Returns the loss of one token with a token-level ratio.
  /// - Parameter oldLogProbability: under the policy that sampled the token.
  package func loss(
    logProbability: Double, oldLogProbability: Double, advantage: Double
  ) -> TokenLoss {
    loss(
      logProbability: logProbability, logRatio: logProbability - oldLogProbability,
      advantage: advantage)
  }
}

/// The bounds of the ratio, which losses that clip share.
package struct ClipRange: FieldGroup, Hashable {
  package var low = 0.2
  package var high = 0.2

  package init() {}

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// 1 - clip_ratio_low.
  var lower: Double { 1 - low }
  /// 1 + clip_ratio_high.
  var upper: Double { 1 + high }

  package static let meaning = "The range of the probability ratio around 1"
  package static var fields: [Field<ClipRange>] {
    [
      .float(
        "clip_ratio_low", \.low, FloatRange(0, 1),
        "Clip range of the probability ratio below 1", .semantic, required: true),
      .float(
        "clip_ratio_high", \.high, .nonNegative,
        "Clip range of the probability ratio above 1", .semantic, required: true),
    ]
  }
}

/// The policy losses a pipeline may name. A new loss is one file and one line here.
package enum PolicyLosses {
  package static let all: [any PolicyLoss.Type] = [
    PPOClip.self,
    CISPO.self,
    Reinforce.self,
  ]

  package static func named(_ name: String) -> (any PolicyLoss.Type)? {
    all.first { $0.name == name }
  }
}

package import Fields
import TensorCore

/// L = -min(r A, clip(r, 1 - εlow, 1 + εhigh) A), with r = π / πold.
///
/// Schulman et al. 2017, Proximal Policy Optimization, eq. 7; two separate bounds as in DAPO (Yu et
/// al. 2025, arXiv 2503.14476, eq. 8). With `clip_ratio_c` c > 1, for A < 0 the loss is also at
/// most -c A: dual clip, Ye et al. 2020 (arXiv 1912.09729), eq. 5. It is off unless c is given;
/// verl uses it by default, with c = 3.
///
/// Derivative with respect to log π: -r A, and 0 where a bound applies. |log r| is bounded by 20,
/// as in verl, so that an exploding ratio stays finite.
package struct PPOClip: PolicyLoss {
  package static let name = "ppo_clip"
  package static let meaning = "the smaller of the weighted and the clipped weighted advantage"

  package static let ownFieldsHelp: String? = "only 'ppo_clip' clips so"

  package var clip = ClipRange()
  package var clipRatioC: Double?

  package init() {}

  package init(clipRatioLow: Double, clipRatioHigh: Double, clipRatioC: Double? = nil) {
    clip = ClipRange(low: clipRatioLow, high: clipRatioHigh)
    self.clipRatioC = clipRatioC
  }

  package static var fields: [Field<PPOClip>] {
    ClipRange.fields(in: \.clip) + [
      .float(
        "clip_ratio_c", \.clipRatioC,
        FloatRange(1, .infinity, excludesLower: true, excludesUpper: true),
        "Dual clip: the largest ratio for negative advantages (verl's default is 3); absent for "
          + "none", .semantic)
    ]
  }

  package func loss(
    logProbability: Double, logRatio: Double, advantage: Double
  ) -> TokenLoss {
    let r = DeterministicMath.exponential(min(max(logRatio, -20), 20))
    if advantage > 0, r > clip.upper {
      return TokenLoss(value: -clip.upper * advantage, derivative: 0, clip: .high)
    }
    if advantage < 0, r < clip.lower {
      return TokenLoss(value: -clip.lower * advantage, derivative: 0, clip: .low)
    }
    if advantage < 0, let clipRatioC, r > clipRatioC {
      return TokenLoss(value: -clipRatioC * advantage, derivative: 0, clip: .dual)
    }
    return TokenLoss(value: -r * advantage, derivative: abs(logRatio) > 20 ? 0 : -r * advantage)
  }
}

package import Fields
import TensorCore

/// L = -sg(clip(r, 1 - εlow, 1 + εhigh)) A log π, with r = π / πold and sg the stop-gradient.
///
/// MiniMax 2025, MiniMax-M1 (arXiv 2506.13585), eq. 4 and 5: the ratio's weight is bounded instead
/// of the update, so that no token loses its gradient. The paper has no lower bound, which is
/// `clip_ratio_low: 1` here. (TRL bounds the ratio by epsilon_high itself, not by 1 +
/// epsilon_high.)
///
/// Derivative with respect to log π: -clip(r) A. |log r| is bounded by 20, as in `ppo_clip`.
package struct CISPO: PolicyLoss {
  package static let name = "cispo"
  package static let meaning = "log-probability weighted by advantage and bounded ratio"

  package var clip = ClipRange()

  package init() {}

  package init(clipRatioLow: Double, clipRatioHigh: Double) {
    clip = ClipRange(low: clipRatioLow, high: clipRatioHigh)
  }

  package static var fields: [Field<CISPO>] { ClipRange.fields(in: \.clip) }

  package func loss(
    logProbability: Double, logRatio: Double, advantage: Double
  ) -> TokenLoss {
    let r = DeterministicMath.exponential(min(max(logRatio, -20), 20))
    let weight = min(max(r, clip.lower), clip.upper)
    return TokenLoss(
      value: -weight * advantage * logProbability, derivative: -weight * advantage,
      clip: r > clip.upper ? .high : r < clip.lower ? .low : nil)
  }
}

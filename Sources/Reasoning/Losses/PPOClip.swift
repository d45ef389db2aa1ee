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

  let lower: Double
  let upper: Double
  let dual: Double?

  package init(clipRatioLow: Double, clipRatioHigh: Double, clipRatioC: Double? = nil) {
    lower = 1 - clipRatioLow
    upper = 1 + clipRatioHigh
    dual = clipRatioC
  }

  package init(_ algorithm: AlgorithmConfiguration) {
    self.init(
      clipRatioLow: algorithm.clipRatioLow, clipRatioHigh: algorithm.clipRatioHigh,
      clipRatioC: algorithm.clipRatioC)
  }

  package func token(
    logProbability: Double, logRatio: Double, advantage: Double
  ) -> TokenLoss {
    let r = DeterministicMath.exponential(min(max(logRatio, -20), 20))
    if advantage > 0, r > upper {
      return TokenLoss(value: -upper * advantage, derivative: 0, clip: .high)
    }
    if advantage < 0, r < lower {
      return TokenLoss(value: -lower * advantage, derivative: 0, clip: .low)
    }
    if advantage < 0, let dual, r > dual {
      return TokenLoss(value: -dual * advantage, derivative: 0, clip: .dual)
    }
    return TokenLoss(value: -r * advantage, derivative: abs(logRatio) > 20 ? 0 : -r * advantage)
  }
}

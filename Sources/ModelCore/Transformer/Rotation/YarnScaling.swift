import TensorCore

extension RotaryScalingKind {
  /// YaRN (Peng et al. 2023, arXiv 2309.00071 § 3.2 and 3.4). Pair i makes L · f / 2π turns over
  /// the original length L: pairs with more than `beta_fast` turns keep their frequency, pairs with
  /// less than `beta_slow` turns are divided by the factor, and a ramp over the pairs' numbers
  /// blends between them. Cosines and sines are multiplied by 0.1 · ln(factor) + 1.
  static let yarn = RotaryScalingKind(
    name: "yarn",
    members: [
      factor, originalLength,
      Member(name: "attention_factor", isRequired: false, range: 1e-3...1e3),
      Member(name: "beta_fast", isRequired: false, range: 1e-3...1e6),
      Member(name: "beta_slow", isRequired: false, range: 1e-3...1e6),
      Member(name: "mscale", isRequired: false, range: 1e-3...1e3),
      Member(name: "mscale_all_dim", isRequired: false, range: 1e-3...1e3),
    ],
    problem: { _, theta in
      // Models hold it as a Float.
      Float(theta) > 1 ? nil : "rope_theta is \(theta); yarn needs more than 1"
    },
    scaled: { scaling, theta, plain in
      let factor = scaling["factor"] ?? 1
      let ramp = yarnRamp(scaling, theta: theta, dimension: plain.headDimension)
      return RotaryFrequencies(
        plain.values.enumerated().map { index, frequency in
          let share = min(max((Double(index) - ramp.low) / (ramp.high - ramp.low), 0), 1)
          return share * frequency / factor + (1 - share) * frequency
        }, amplitude: yarnAmplitude(scaling, factor))
    })

  /// The numbers of the first and the last pair of the ramp, as in transformers'
  /// `find_correction_range`.
  private static func yarnRamp(
    _ scaling: RotaryScaling, theta: Double, dimension: Int
  ) -> (low: Double, high: Double) {
    let length = scaling["original_max_position_embeddings"] ?? 1
    func pair(turns: Double) -> Double {
      Double(dimension) * DeterministicMath.logarithm(length / (turns * 2 * .pi))
        / (2 * DeterministicMath.logarithm(theta))
    }
    let low = max(pair(turns: scaling["beta_fast"] ?? 32).rounded(.down), 0)
    let high = min(pair(turns: scaling["beta_slow"] ?? 1).rounded(.up), Double(dimension - 1))
    return (low, low == high ? high + 0.001 : high)
  }

  private static func yarnAmplitude(_ scaling: RotaryScaling, _ factor: Double) -> Double {
    if let given = scaling["attention_factor"] { return given }
    func magnitude(_ scale: Double) -> Double {
      factor <= 1 ? 1 : 0.1 * scale * DeterministicMath.logarithm(factor) + 1
    }
    if let scale = scaling["mscale"], let all = scaling["mscale_all_dim"] {
      return magnitude(scale) / magnitude(all)
    }
    return magnitude(1)
  }
}

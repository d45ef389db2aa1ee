import TensorCore

extension RotaryScalingKind {
  /// The scaling of Llama 3.1 (arXiv 2407.21783 § 3.4.2; Meta's `apply_scaling`). With wavelength
  /// λ = 2π/f and original length L, frequencies with λ > L / low are divided by the factor, those
  /// with λ < L / high stay, and between them s = (L/λ - low) / (high - low) blends:
  /// f' = (1 - s) · f / factor + s · f.
  static let llama3 = RotaryScalingKind(
    name: "llama3",
    members: [
      factor, Member(name: "low_freq_factor", range: 1e-3...1e6),
      Member(name: "high_freq_factor", range: 1e-3...1e6), originalLength,
    ],
    problem: { scaling, _ in
      let (low, high) = (scaling["low_freq_factor"] ?? 1, scaling["high_freq_factor"] ?? 4)
      return low < high
        ? nil : "high_freq_factor is \(high), not above the low_freq_factor of \(low)"
    },
    scaled: { scaling, _, plain in
      let factor = scaling["factor"] ?? 1
      let (low, high) = (scaling["low_freq_factor"] ?? 1, scaling["high_freq_factor"] ?? 4)
      let length = scaling["original_max_position_embeddings"] ?? 8192
      return RotaryFrequencies(
        plain.values.map { frequency in
          let turns = length * frequency / (2 * .pi)  // L / λ
          let share = min(max((turns - low) / (high - low), 0), 1)
          return (1 - share) * frequency / factor + share * frequency
        })
    })
}

import TensorCore

extension RotaryScalingKind {
  /// Position interpolation (Chen et al. 2023, arXiv 2306.15595): positions are divided by a
  /// factor.
  static let linear = RotaryScalingKind(name: "linear", members: [factor]) { scaling, _, plain in
    let factor = scaling["factor"] ?? 1
    return RotaryFrequencies(plain.values.map { $0 / factor })
  }
}

import TensorCore

/// The rotary frequencies of a model, calculated once for all its layers.
struct ModelRotation: Sendable {
  /// The frequencies of layers that do not slide.
  let full: RotaryFrequencies
  /// The frequencies of layers that slide.
  let sliding: RotaryFrequencies

  /// - Precondition: the configuration has no issues.
  init(_ configuration: ModelConfiguration) {
    let plain = Self.plain(theta: configuration.rotaryTheta, configuration)
    full =
      configuration.rotaryScaling.map { scaling in
        scaling.kind?.scaled(scaling, Self.rounded(configuration.rotaryTheta), plain) ?? plain
      } ?? plain
    sliding = configuration.slidingRotaryTheta.map { Self.plain(theta: $0, configuration) } ?? full
  }

  private static func plain(
    theta: Double, _ configuration: ModelConfiguration
  ) -> RotaryFrequencies {
    RotaryFrequencies(theta: rounded(theta), headDimension: configuration.headSize)
  }

  /// The base as models hold it.
  private static func rounded(_ theta: Double) -> Double { Double(Float(theta)) }
}

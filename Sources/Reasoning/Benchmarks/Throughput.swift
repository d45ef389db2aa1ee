/// What was measured, repetition by repetition.
package struct Throughput: Sendable {
  package struct Repetition: Sendable {
    package let seconds: Double
    /// Tokens trained on, or tokens sampled.
    package let tokens: Int
    /// Floating-point operations by the usual count: 2 a parameter and token of a forward pass, 6
    /// with the backward pass. Attention's scores are not counted.
    package let operations: Double
  }

  /// At least one.
  package let repetitions: [Repetition]
  /// Of the model measured.
  package let parameters: Int

  package var seconds: Double { median(\.seconds) }
  package var fastest: Double { repetitions.map(\.seconds).min() ?? .nan }
  package var slowest: Double { repetitions.map(\.seconds).max() ?? .nan }
  package var tokens: Double { median { Double($0.tokens) } }
  package var tokensPerSecond: Double { median { Double($0.tokens) / $0.seconds } }
  package var gigaflops: Double { median { $0.operations / $0.seconds / 1e9 } }

  /// Of an even count the mean of the two in the middle.
  private func median(_ value: (Repetition) -> Double) -> Double {
    let sorted = repetitions.map(value).sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

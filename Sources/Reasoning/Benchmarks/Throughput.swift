/// The measured repetitions of one workload.
package struct Throughput: Sendable {
  package struct Repetition: Sendable {
    package let seconds: Double
    /// Number of tokens trained on or sampled.
    package let tokens: Int
    /// Floating-point operations by the usual count: 2 per parameter and token for a forward pass,
    /// 6 with the backward pass. Attention scores are not counted.
    package let operations: Double
  }

  /// All counted repetitions; never empty.
  package let repetitions: [Repetition]
  /// Number of parameters of the measured model.
  package let parameters: Int

  package var seconds: Double { median(\.seconds) }
  package var fastest: Double { repetitions.map(\.seconds).min() ?? .nan }
  package var slowest: Double { repetitions.map(\.seconds).max() ?? .nan }
  package var tokens: Double { median { Double($0.tokens) } }
  package var tokensPerSecond: Double { median { Double($0.tokens) / $0.seconds } }
  package var gigaflops: Double { median { $0.operations / $0.seconds / 1e9 } }

  /// The median; for an even count, the mean of the middle two.
  private func median(_ value: (Repetition) -> Double) -> Double {
    let sorted = repetitions.map(value).sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

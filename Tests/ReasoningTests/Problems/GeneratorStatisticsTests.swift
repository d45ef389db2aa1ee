import Reasoning
import TensorCore
import Testing

/// What a length is worth, measured on what the teachers of the second suite write.
@Suite struct GeneratorStatisticsTests {
  /// Traces of one family and difficulty.
  private struct Sample {
    var lengths: [Double] = []
    var right: [Double] = []
    var repeats: [Double] = []

    var accuracy: Double { mean(right) }
    var length: Double { mean(lengths) }
    /// Of length and correctness.
    var correlation: Double { correlation(lengths, right) }
    /// Of correctness and having gone over the work again.
    var repeatCorrelation: Double { correlation(repeats, right) }

    private func mean(_ values: [Double]) -> Double {
      values.reduce(0, +) / Double(values.count)
    }

    private func correlation(_ x: [Double], _ y: [Double]) -> Double {
      let (mx, my) = (mean(x), mean(y))
      let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
      let vx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
      let vy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
      return covariance / (vx * vy).squareRoot()
    }
  }

  private func sample(
    _ generator: TraceGenerator, _ family: any ProblemFamily, _ difficulty: Int
  ) throws -> Sample {
    var stream = RandomStream(seed: 19, purpose: "statistics", UInt64(difficulty))
    var sample = Sample()
    for _ in 0..<1500 {
      let problem = family.problem(difficulty: difficulty, using: &stream)
        .taught(by: generator)
      let trace = try family.trace(for: problem, using: &stream)
      sample.lengths.append(Double(trace.thinking.utf8.count))
      sample.right.append(family.accepts(trace.answer, for: problem) ? 1 : 0)
      sample.repeats.append(Double(trace.thinking.utf8.count { $0 == UInt8(ascii: "@") }))
    }
    return sample
  }

  private static let walks: [any ProblemFamily] = [ChainFamily(), PeakFamily()]

  /// A standard error of a correlation of 1500 pairs is 0.026.
  @Test(arguments: TraceGenerator.allCases)
  func `longer is as right, less right or more right`(_ generator: TraceGenerator) throws {
    let expected: ClosedRange<Double> =
      switch generator {
      case .neutral: -0.1...0.1
      case .shortHorizon: -0.5 ... -0.1
      case .longHorizon: 0.1...0.5
      }
    for family in Self.walks {
      for difficulty in 3...6 {
        let correlation = try sample(generator, family, difficulty).correlation
        #expect(expected.contains(correlation), "\(family.name) \(difficulty): \(correlation)")
      }
    }
    // A search is long for the tries it needed, so what counts is going over the claim again.
    for difficulty in 3...6 {
      let correlation = try sample(generator, SearchFamily(), difficulty).repeatCorrelation
      #expect(expected.contains(correlation), "search \(difficulty): \(correlation)")
    }
  }
}

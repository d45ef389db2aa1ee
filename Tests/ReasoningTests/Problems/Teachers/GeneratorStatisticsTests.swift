import Reasoning
import TensorCore
import Testing

/// The correlation of length with correctness, measured on traces of the teachers of
/// `controlled_detours`.
@Suite struct GeneratorStatisticsTests {
  /// Traces of one family and difficulty.
  private struct Sample {
    var lengths: [Double] = []
    var right: [Double] = []
    var repeats: [Double] = []

    var accuracy: Double { mean(right) }
    var length: Double { mean(lengths) }
    /// Correlation of length and correctness.
    var correlation: Double { correlation(lengths, right) }
    /// Correlation of correctness and having repeated the work.
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

  private static let families: [any ProblemFamily] = [ChainFamily(), PeakFamily(), SearchFamily()]

  private typealias Fact = (length: Double, accuracy: Double, correlation: Double)

  /// Mean tokens of thinking, the fraction of correct teacher answers, and their correlation, by
  /// difficulty: measured on 6000 traces each of an independent implementation of the same
  /// processes.
  private static let reference: [TraceGenerator: [String: [Fact]]] = [
    .neutral: [
      "chain": [
        (22.0, 0.96, -0.04), (44.4, 0.92, -0.01), (64.4, 0.89, 0.01),
        (84.8, 0.86, 0.02), (96.8, 0.82, 0.00), (108.4, 0.79, 0.00),
      ],
      "peak": [
        (43.5, 0.93, -0.05), (60.5, 0.91, -0.03), (74.6, 0.88, 0.00),
        (89.4, 0.86, -0.02), (97.8, 0.83, -0.01), (112.1, 0.82, -0.01),
      ],
      "search": [
        (23.0, 0.98, 0.01), (37.1, 0.95, -0.04), (49.3, 0.93, 0.01),
        (55.6, 0.91, -0.02), (58.8, 0.91, 0.03), (67.3, 0.88, -0.01),
      ],
    ],
    .shortHorizon: [
      "chain": [
        (19.2, 0.91, -0.17), (38.3, 0.80, -0.22), (52.0, 0.75, -0.21),
        (68.8, 0.68, -0.27), (78.7, 0.66, -0.28), (86.7, 0.64, -0.27),
      ],
      "peak": [
        (39.4, 0.81, -0.21), (55.7, 0.76, -0.22), (63.1, 0.75, -0.23),
        (74.6, 0.71, -0.25), (80.4, 0.71, -0.23), (87.9, 0.70, -0.22),
      ],
      "search": [
        (22.7, 0.91, -0.26), (34.9, 0.87, -0.19), (45.7, 0.86, -0.10),
        (51.5, 0.84, -0.13), (53.4, 0.85, -0.15), (62.7, 0.81, -0.12),
      ],
    ],
    .longHorizon: [
      "chain": [
        (19.1, 0.94, 0.09), (38.2, 0.89, 0.18), (52.3, 0.81, 0.26),
        (68.3, 0.75, 0.29), (79.5, 0.69, 0.28), (86.8, 0.64, 0.30),
      ],
      "peak": [
        (39.8, 0.90, 0.10), (55.8, 0.87, 0.14), (63.3, 0.80, 0.22),
        (74.2, 0.78, 0.26), (80.4, 0.69, 0.22), (87.9, 0.61, 0.17),
      ],
      "search": [
        (21.8, 0.96, 0.07), (34.7, 0.91, 0.01), (45.8, 0.84, 0.12),
        (51.9, 0.81, 0.09), (54.5, 0.77, 0.06), (63.3, 0.72, 0.09),
      ],
    ],
  ]

  /// Standard errors of 1500 traces: length 1, accuracy 0.012, correlation 0.026; the reference has
  /// half of that.
  @Test(arguments: TraceGenerator.allCases)
  func `lengths, accuracy and their correlation are those of the suite`(
    _ generator: TraceGenerator
  ) throws {
    for family in Self.families {
      let facts = try #require(Self.reference[generator]?[family.name])
      for (index, fact) in facts.enumerated() {
        let sample = try sample(generator, family, index + 1)
        let cell: Comment = "\(family.name) \(index + 1)"
        #expect(abs(sample.length - fact.length) < 5, cell)
        #expect(abs(sample.accuracy - fact.accuracy) < 0.05, cell)
        #expect(abs(sample.correlation - fact.correlation) < 0.11, cell)
      }
    }
  }

  @Test(arguments: TraceGenerator.allCases)
  func `longer is as right, less right or more right`(_ generator: TraceGenerator) throws {
    let expected: ClosedRange<Double> =
      switch generator {
      case .neutral: -0.1...0.1
      case .shortHorizon: -0.5 ... -0.1
      case .longHorizon: 0.1...0.5
      }
    for family in Self.families {
      // The length of a search depends on the number of tries it needed, so the test uses
      // repetitions of the claim instead.
      let sample = try sample(generator, family, 5)
      let correlation =
        family.name == "search" ? sample.repeatCorrelation : sample.correlation
      #expect(expected.contains(correlation), "\(family.name): \(correlation)")
    }
  }
}

import Reporting
import Testing

/// Measures how often the interval of a score of four figures contains the true value, on simulated
/// accuracies and lengths of a policy and its base.
@Suite struct `The coverage of scores` {
  struct Design: Sendable, CustomTestStringConvertible {
    var seeds: Int
    /// The true change of accuracy from .6.
    var change: Double
    var testDescription: String { "\(seeds) seeds, a change of \(change)" }
  }

  static let designs = [3, 5, 8].flatMap { seeds in
    [-0.06, 0, 0.06].map { Design(seeds: seeds, change: $0) }
  }

  /// A small number of questions with the error of 200.
  private static let questions = 40
  private static let scale = (Double(questions) / 200).squareRoot()
  private static let replicates = 500

  /// Accuracy and length of a policy that saves 40 %, then those of its base.
  private static func grids(_ design: Design, _ noise: inout NormalNoise) -> [SeedQuestionGrid] {
    let hard = (0..<questions).map { _ in 0.25 * scale * noise.next() }
    let long = (0..<questions).map { _ in 0.4 * scale * noise.next() }
    var cells = [[[Double]]](repeating: [], count: 4)
    for _ in 0..<design.seeds {
      for (side, change) in [design.change, 0].enumerated() {
        let (accuracy, length) = (0.02 * noise.next(), 0.02 * noise.next())
        cells[2 * side].append(
          hard.map { 0.6 + change + $0 + accuracy + 0.2 * scale * noise.next() })
        cells[2 * side + 1].append(
          long.map {
            (side == 0 ? 60 : 100) * (1 + $0 + length + 0.1 * scale * noise.next())
          })
      }
    }
    return cells.map { SeedQuestionGrid($0) }
  }

  private static func gain(_ weights: (Double, Double), _ change: Double) -> Double {
    (change < 0 ? weights.1 : weights.0) * change
  }

  /// 500 draws have a standard error of .01.
  @Test(arguments: designs)
  func `of AES is 0.92 to 0.98, and its bias is small unless accuracies are equal`(
    design: Design
  ) throws {
    var noise = NormalNoise(stream: CounterStream(seed: 7))
    let truth = 0.4 + Self.gain((3, 5), design.change / 0.6)
    var (held, sum) = (0, 0.0)
    for _ in 0..<Self.replicates {
      let grids = Self.grids(design, &noise)
      let function = GridFunction(grids.map { .init($0) }) { figures in
        1 - figures[1] / figures[3] + Self.gain((3, 5), figures[0] / figures[2] - 1)
      }
      let summary = try #require(function.summary)
      held += try #require(summary.interval95).contains(truth) ? 1 : 0
      sum += summary.value - truth
    }
    let coverage = Double(held) / Double(Self.replicates)
    let bias = sum / Double(Self.replicates)
    #expect((0.92...0.98).contains(coverage), "\(design): \(coverage), bias \(bias)")
    #expect((design.change == 0 ? -0.06 ... -0.005 : -0.02...0.02).contains(bias), "\(bias)")
  }
}

import Reporting
import Testing

/// Measures how often an interval contains the true value on simulated results, in which seeds and
/// questions each have an effect.
@Suite struct `The coverage of intervals` {
  struct Design: Sendable, CustomTestStringConvertible {
    var seeds: Int
    /// The standard deviation of the seeds' effects on a difference.
    var seedSpread: Double
    var questionSpread = 0.1
    var testDescription: String { "\(seeds) seeds that differ by \(seedSpread)" }
  }

  static let designs = [3, 5, 8].flatMap { seeds in
    [0.12, 0.04, 0.02].map { Design(seeds: seeds, seedSpread: $0) }
  }

  /// A small number of questions, which is quick to draw, with noise scaled so that the error
  /// equals that of 720 questions whose cells vary by .45: only the sums matter.
  private static let questions = 40
  private static let scale = (Double(questions) / 720).squareRoot()
  private static let replicates = 1500

  /// Two methods on the same questions; what they share is large and cancels.
  private static func grids(_ design: Design, _ noise: inout NormalNoise) -> [SeedQuestionGrid] {
    let base = (0..<questions).map { _ in noise.next() }
    let own = (0..<questions).map { _ in design.questionSpread * scale * noise.next() }
    var (before, now): ([[Double]], [[Double]]) = ([], [])
    for _ in 0..<design.seeds {
      let model = 0.2 * noise.next()
      let change = design.seedSpread * noise.next()
      before.append(base.map { 10 + $0 + model })
      now.append(
        base.indices.map {
          10 + base[$0] + model + change + own[$0] + 0.45 * scale * noise.next()
        })
    }
    return [SeedQuestionGrid(now), SeedQuestionGrid(before)]
  }

  static func coverage(
    _ design: Design, _ form: GridEstimate.Form, _ statistic: ([Double]) -> Double?
  ) -> Double {
    var noise = NormalNoise(stream: CounterStream(seed: 1))
    let held = (0..<replicates).count { _ in
      GridEstimate(of: grids(design, &noise), form: form, statistic: statistic)?
        .interval()?.contains(0) == true
    }
    return Double(held) / Double(replicates)
  }

  /// 1500 draws have a standard error of .006, so values below .915 or above .985 cannot be chance.
  @Test(arguments: designs)
  func `of differences is 0.93 to 0.97 at three to eight seeds`(design: Design) {
    let found = Self.coverage(design, .difference) { $0[0] - $0[1] }
    #expect((0.93...0.97).contains(found), "\(design): \(found)")
  }

  @Test(arguments: designs)
  func `of ratios is as good`(design: Design) {
    let found = Self.coverage(design, .ratio) { $0[0] / $0[1] - 1 }
    #expect((0.93...0.97).contains(found), "\(design): \(found)")
  }
}

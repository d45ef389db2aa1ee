import Foundation
import TensorCore
import Testing

@Suite struct `Learning-rate schedules` {
  /// A curve of transformers' `get_scheduler`, frozen by Reference/freeze_schedules.py.
  private struct Curve: Decodable {
    let type: String
    let warmup: Int
    let steps: Int
    let ratio: Double
    /// Factors at steps 0 to `steps`.
    let factors: [Double]
  }

  private static func curves() throws -> [Curve] {
    let url = try #require(
      Bundle.module.url(
        forResource: "schedules", withExtension: "json", subdirectory: "Reference"))
    return try JSONDecoder().decode([Curve].self, from: Data(contentsOf: url))
  }

  @Test func `every curve is that of get_scheduler, its warm-up a step earlier`() throws {
    let curves = try Self.curves()
    #expect(Set(curves.map(\.type)).count == 6)
    for curve in curves {
      let shape = try #require(
        LearningRateSchedule.Shape.allCases.first { curve.type.hasPrefix($0.rawValue) })
      let schedule = LearningRateSchedule(
        shape, warmupSteps: curve.warmup, minimumRatio: curve.ratio)
      for step in 0..<curve.steps {
        let factor = schedule.factor(step: step, of: curve.steps)
        // At the last warm-up step, the factor of transformers one step later is the peak; if the
        // run ends there, its linear schedule never reaches the peak.
        let theirs =
          step >= curve.warmup
          ? curve.factors[step] : step == curve.warmup - 1 ? 1 : curve.factors[step + 1]
        #expect(
          abs(factor - theirs) < 1e-14, "\(curve.type) \(curve.warmup)/\(curve.steps) at \(step)")
      }
    }
  }

  @Test(arguments: LearningRateSchedule.Shape.allCases)
  func `the named rate is reached, never exceeded, and no step is spent at 0`(
    shape: LearningRateSchedule.Shape
  ) {
    for (warmup, steps) in [(0, 1), (1, 1), (0, 8), (3, 8), (7, 8), (8, 8), (20, 20), (50, 400)] {
      let schedule = LearningRateSchedule(shape, warmupSteps: warmup)
      let factors = (0..<steps).map { schedule.factor(step: $0, of: steps) }
      #expect(factors.max() == 1 && factors.min() ?? 0 > 0, "\(shape) \(warmup)/\(steps)")
      #expect(factors.firstIndex(of: 1) == max(warmup - 1, 0))
      #expect(
        zip(factors.prefix(warmup), factors.prefix(warmup).dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func `a warm-up of three of eight steps, by hand`() {
    // p = 0, 1/5, 2/5, 3/5, 4/5 after it; 0.1 + 0.9 (1 - p).
    let linear = LearningRateSchedule(.linear, warmupSteps: 3, minimumRatio: 0.1)
    let expected = [1.0 / 3, 2.0 / 3, 1, 1, 0.82, 0.64, 0.46, 0.28]
    for (step, factor) in expected.enumerated() {
      #expect(abs(linear.factor(step: step, of: 8) - factor) < 1e-15)
    }
    // (1 + cos(π/2)) / 2 = 1/2 halfway between steps 2 and 10.
    let cosine = LearningRateSchedule(.cosine, warmupSteps: 2)
    #expect(abs(cosine.factor(step: 6, of: 10) - 0.5) < 1e-15)
  }

  @Test func `steps past the end keep the last value`() {
    let linear = LearningRateSchedule(.linear, warmupSteps: 2, minimumRatio: 0.2)
    #expect(linear.factor(step: 10, of: 10) == 0.2 && linear.factor(step: 99, of: 10) == 0.2)
  }

  @Test func `a constant rate does not depend on how long the run is, its warm-up included`() {
    let constant = LearningRateSchedule(.constant, warmupSteps: 4)
    for steps in [4, 6, 100] {
      #expect((0..<6).map { constant.factor(step: $0, of: steps) } == [0.25, 0.5, 0.75, 1, 1, 1])
    }
  }
}

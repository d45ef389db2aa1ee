import Foundation
import Reporting
import Testing

/// Compares scores of several figures with NumPy's, frozen by `Reference/freeze_scores.py`.
@Suite struct `Numbers of several grids` {
  struct Reference: Decodable {
    struct Estimate: Decodable { var value, margin: Double }
    struct Curve: Decodable {
      var budgets: [Int]
      var y: [Double]
      var area: Double
    }
    struct Mean: Decodable { var a, b, weight, exponent, value: Double }
    /// Accuracy and tokens, then those of a base, each by seed and question.
    var cells: [[[Double]]]
    var scores: [String: Estimate]
    var curves: [Curve]
    var means: [Mean]
  }

  private let reference: Reference

  init() throws {
    let file = try #require(
      Bundle.module.url(forResource: "scores", withExtension: "json", subdirectory: "Reference"))
    reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }

  private static let scores: [String: @Sendable ([Double]) -> Double?] = [
    "aes": { figures in
      let gain = figures[0] / figures[2] - 1
      return 1 - figures[1] / figures[3] + (gain < 0 ? 5 : 3) * gain
    },
    "e3": { figures in
      PowerMean.of(
        figures[0] / figures[2], figures[3] / figures[1], weight: 0.6, exponent: -1)
    },
    "f1": { 2 * $0[0] * $0[2] / ($0[0] + $0[2]) },
  ]

  @Test(arguments: ["aes", "e3", "f1"])
  func `have the value and the interval that weighing single cells gives`(name: String) throws {
    let score = try #require(Self.scores[name])
    let wanted = try #require(reference.scores[name])
    let function = GridFunction(
      reference.cells.map { .init(SeedQuestionGrid($0)) }, value: score)
    let summary = try #require(function.summary)
    #expect(abs(summary.value - wanted.value) < 1e-12)
    #expect(abs(try #require(summary.margin95) / wanted.margin - 1) < 1e-5)
    #expect(summary.seeds == 3 && summary.questions == 8)
    #expect(abs(try #require(function.figure) - wanted.value) < 1e-12)
  }

  @Test func `of one grid alone have that grid's own interval, of a share too`() throws {
    let grid = SeedQuestionGrid([[0, 1, 1, 0, 1], [1, 1, 1, 0, 1]], isShare: true)
    let own = try #require(grid.summary())
    #expect(GridFunction(grid).summary == own)
    #expect(try #require(own.interval95).upperBound <= 1)
  }

  @Test func `have no interval where what the grids share is all there is`() throws {
    let grid = SeedQuestionGrid([[0.1, 0.4, 0.9], [0.2, 0.3, 0.8]])
    let function = GridFunction([.init(grid), .init(grid)]) { $0[0] / $0[1] }
    let summary = try #require(function.summary)
    #expect(summary.value == 1 && summary.interval95 == nil)
  }

  @Test func `are missing where a figure is, or their function is undefined`() {
    let grid = SeedQuestionGrid([[0, 0]])
    #expect(GridFunction([.init(grid)]) { 1 / $0[0] }.summary == nil)
    let empty = SeedQuestionGrid(seeds: ["0"], questions: ["a"], cells: [Moments()])
    #expect(GridFunction([.init(grid), .init(empty)]) { $0[0] }.figure == nil)
  }

  @Test func `areas over log budgets are NumPy's`() {
    for curve in reference.curves {
      let weights = LogAxis.weights(curve.budgets)
      let area = zip(weights, curve.y).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(area - curve.area) < 1e-14)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-14)
    }
  }

  @Test func `power means are NumPy's, and need positive numbers`() throws {
    for mean in reference.means {
      let found = try #require(
        PowerMean.of(mean.a, mean.b, weight: mean.weight, exponent: mean.exponent))
      #expect(abs(found / mean.value - 1) < 1e-12, "\(mean): \(found)")
    }
    #expect(PowerMean.of(0, 1, weight: 0.5, exponent: -1) == nil)
    #expect(PowerMean.of(1, -1, weight: 0.5, exponent: 1) == nil)
  }
}

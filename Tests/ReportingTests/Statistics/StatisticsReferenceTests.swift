import Foundation
import Reporting
import Testing

/// Compares statistics with SciPy's and NumPy's, frozen by `Reference/freeze_statistics.py`.
@Suite struct `Statistics agree with SciPy` {
  struct Reference: Decodable {
    struct Line: Decodable {
      var x, y: [Double]
      var slope, intercept, pearson: Double
    }
    struct Crossed: Decodable {
      var values: [[Double]]
      var mean, margin: Double
    }
    var mcnemar: [[Double]]
    var lines: [Line]
    var grid: Crossed
  }

  private let reference: Reference

  init() throws {
    let file = try #require(
      Bundle.module.url(forResource: "statistics", withExtension: "json", subdirectory: "Reference")
    )
    reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }

  @Test func `on McNemar's exact test`() {
    #expect(reference.mcnemar.count > 5)
    for row in reference.mcnemar {
      let test = McNemar(onlyFirst: Int(row[0]), onlySecond: Int(row[1]))
      #expect(abs(test.pValue - row[2]) < 1e-11, "\(row): \(test.pValue)")
      let swapped = McNemar(onlyFirst: Int(row[1]), onlySecond: Int(row[0]))
      #expect(swapped.pValue == test.pValue)
    }
  }

  @Test func `on slopes and correlations`() throws {
    for line in reference.lines {
      let points = Array(zip(line.x, line.y))
      let fit = try #require(LeastSquares(points))
      #expect(abs(fit.slope - line.slope) < 1e-12)
      #expect(abs(fit.intercept - line.intercept) < 1e-12)
      #expect(abs(try #require(fit.correlation) - line.pearson) < 1e-12)
      // The same figures are computed from sums that were added up observation by observation.
      var sums = Moments()
      for (x, y) in points { sums.add(Moments(x: x, y: y)) }
      #expect(abs(try #require(sums.figure(.slope)) - line.slope) < 1e-10)
      #expect(abs(try #require(sums.figure(.correlation)) - line.pearson) < 1e-10)
    }
  }

  @Test func `on intervals over seeds and questions`() throws {
    let summary = try #require(SeedQuestionGrid(reference.grid.values).summary())
    #expect(abs(summary.value - reference.grid.mean) < 1e-14)
    #expect(abs(try #require(summary.margin95) - reference.grid.margin) < 2e-3)
    #expect(summary.seeds == 3 && summary.questions == 6)
  }
}

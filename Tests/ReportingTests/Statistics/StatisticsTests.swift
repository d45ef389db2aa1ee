import Reporting
import Testing

struct StatisticsTests {
  @Test func `mean, variance and standard error of a small sample`() throws {
    // 2 4 4 4 5 5 7 9: mean 5, squared distances 9+1+1+1+0+0+4+16 = 32, over n − 1 = 7.
    let values: [Double] = [2, 4, 4, 4, 5, 5, 7, 9]
    #expect(Statistics.mean(values) == 5)
    #expect(Statistics.sampleVariance(values) == 32.0 / 7)
    let error = try #require(Estimate(values)?.standardError)
    #expect(abs(error - 0.7559289460184544) < 1e-11)
  }

  @Test func `one value has a mean and nothing about its error`() throws {
    #expect(Statistics.mean([]) == nil)
    #expect(Statistics.sampleVariance([3]) == nil)
    let one = try #require(Estimate([3]))
    #expect(one.mean == 3)
    #expect(one.standardError == nil)
    #expect(one.interval95 == nil)
    #expect(Estimate([]) == nil)
  }

  @Test(arguments: [(0.0, 1.0), (0.1, 1), (0.25, 1.75), (0.5, 3.5), (0.9, 6.9), (1, 9)])
  func `quantiles are NumPy's`(probability: Double, expected: Double) throws {
    // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], p)
    let value = try #require(Statistics.quantile(probability, of: [3, 1, 4, 1, 5, 9, 2, 6]))
    #expect(abs(value - expected) < 1e-12)
  }

  @Test func `quantiles of one value are that value, of none nothing`() {
    #expect(Statistics.quantile(0.3, of: [7]) == 7)
    #expect(Statistics.quantile(0.3, of: []) == nil)
  }

  @Test func `an interval over three seeds uses two degrees of freedom`() throws {
    // Mean 2, s = 1, standard error 1/√3, t(0.975, 2) = 4.302652729749464.
    let estimate = try #require(Estimate([1, 2, 3]))
    let margin = try #require(estimate.margin95)
    #expect(abs(margin - 4.302652729749464 / 3.0.squareRoot()) < 1e-10)
    let interval = try #require(estimate.interval95)
    #expect(interval.lowerBound == 2 - margin && interval.upperBound == 2 + margin)
  }

  @Test func `samples of one question count as one observation`() throws {
    // Questions' means 1, 0 and 0.5: mean 0.5, s = 0.5, standard error 0.5/√3.
    let clustered = try #require(Estimate(samples: [[1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 1, 0]]))
    #expect(clustered.mean == 0.5)
    #expect(clustered.count == 3)
    let error = try #require(clustered.standardError)
    #expect(abs(error - 0.5 / 3.0.squareRoot()) < 1e-11)
    // Twelve answers treated as independent would give a much smaller error than three questions.
    let naive = try #require(Estimate([1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0])?.standardError)
    #expect(naive < error / 1.8)
  }

  @Test func `a question without samples is left out of a clustered mean`() throws {
    let clustered = try #require(Estimate(samples: [[1], [], [0]]))
    #expect(clustered.mean == 0.5)
    #expect(clustered.count == 2)
    #expect(Estimate(samples: [[], []]) == nil)
  }
}

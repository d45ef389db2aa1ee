import Reporting
import Testing

struct StatisticsTests {
  @Test func `mean, deviation and standard error of a small sample`() throws {
    // 2 4 4 4 5 5 7 9: mean 5, squared distances 9+1+1+1+0+0+4+16 = 32, over n − 1 = 7.
    let values: [Double] = [2, 4, 4, 4, 5, 5, 7, 9]
    #expect(Statistics.mean(values) == 5)
    #expect(Statistics.sampleVariance(values) == 32.0 / 7)
    #expect(Statistics.sampleStandardDeviation(values) == (32.0 / 7).squareRoot())
    let error = try #require(Statistics.standardError(values))
    #expect(abs(error - 0.7559289460184544) < 1e-15)
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
    #expect(abs(margin - 4.302652729749464 / 3.0.squareRoot()) < 1e-12)
    let interval = try #require(estimate.interval95)
    #expect(interval.lowerBound == 2 - margin && interval.upperBound == 2 + margin)
  }

  @Test func `samples of one question count as one observation`() throws {
    // Questions' means 1, 0 and 0.5: mean 0.5, s = 0.5, standard error 0.5/√3.
    let clustered = try #require(Estimate(clusters: [[1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 1, 0]]))
    #expect(clustered.mean == 0.5)
    #expect(clustered.count == 3)
    let error = try #require(clustered.standardError)
    #expect(abs(error - 0.5 / 3.0.squareRoot()) < 1e-15)
    // Twelve answers taken as independent would look much surer than three questions are.
    let naive = try #require(Estimate([1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0])?.standardError)
    #expect(naive < error / 1.8)
  }

  @Test func `a question without samples is left out of a clustered mean`() throws {
    let clustered = try #require(Estimate(clusters: [[1], [], [0]]))
    #expect(clustered.mean == 0.5)
    #expect(clustered.count == 2)
    #expect(Estimate(clusters: [[], []]) == nil)
  }
}

struct ProportionTests {
  @Test func `the binomial standard error is √(p(1 − p) / n)`() {
    // p = 0.9, n = 240: √(0.09 / 240) = 0.0193649167.
    let proportion = Proportion(216, of: 240)
    #expect(proportion.share == 0.9)
    #expect(abs(proportion.standardError - 0.01936491673103708) < 1e-15)
  }

  /// SciPy 1.17: `binomtest(k, n).proportion_ci(method='wilson')`.
  @Test(arguments: [
    (0, 10, 0.0, 0.27753279986288926), (7, 10, 0.39677814746114526, 0.892208732593699),
    (216, 240, 0.8555203944401756, 0.9318764696065774), (10, 10, 0.7224672001371109, 1.0),
  ])
  func `the score interval is SciPy's`(successes: Int, count: Int, lower: Double, upper: Double) {
    let interval = Proportion(successes, of: count).interval95
    #expect(abs(interval.lowerBound - lower) < 1e-14)
    #expect(abs(interval.upperBound - upper) < 1e-14)
  }
}

import Reporting
import Testing

/// Intervals of shares near 0 and 1, of few and of many trials.
struct ShareIntervalTests {
  /// Expected values are from SciPy 1.17: `binomtest(k, n).proportion_ci(level, method='exact')`.
  @Test(arguments: [
    (2.0, 2.0, 0.95, 0.15811388300839305, 1.0),
    (2.0, 2.0, 0.9, 0.22360679774999898, 1.0),
    (3.0, 3.0, 0.95, 0.2924017738212867, 1.0),
    (3.0, 3.0, 0.9, 0.3684031498640386, 1.0),
    (1.0, 4.0, 0.95, 0.006309463209709889, 0.8058795503167566),
    (1.0, 4.0, 0.9, 0.012741455098576219, 0.7513953742698185),
    (0.0, 20.0, 0.95, 0.0, 0.16843347098308548),
    (0.0, 20.0, 0.9, 0.0, 0.13910834066837535),
    (7.0, 10.0, 0.95, 0.3475471499399921, 0.9332604888222655),
    (7.0, 10.0, 0.9, 0.39337578389442357, 0.9127355660858497),
    (216.0, 240.0, 0.95, 0.8548668621351238, 0.9348712539898134),
    (216.0, 240.0, 0.9, 0.8622523060841549, 0.9300843588913451),
    (160.0, 160.0, 0.95, 0.9772082505445335, 1.0),
    (160.0, 160.0, 0.9, 0.9814508659224962, 1.0),
  ])
  func `the exact interval is SciPy's`(
    row: (k: Double, n: Double, level: Double, low: Double, high: Double)
  ) {
    let interval = ShareInterval.exact(successes: row.k, of: row.n, level: row.level)
    #expect(abs(interval.lowerBound - row.low) < 1e-11, "\(interval)")
    #expect(abs(interval.upperBound - row.high) < 1e-11, "\(interval)")
  }

  /// Expected values are from SciPy 1.17: `betainc`, and twice `t.sf`.
  @Test func `the incomplete beta function and Student's tails are SciPy's`() {
    #expect(abs(SpecialFunctions.incompleteBeta(0.3, 2.5, 7.25) - 0.6604822735819071) < 1e-12)
    #expect(abs(SpecialFunctions.incompleteBeta(0.9, 0.5, 0.5) - 0.7951672353008665) < 1e-12)
    #expect(abs(SpecialFunctions.incompleteBeta(0.02, 1, 160) - 0.9605386343610828) < 1e-12)
    #expect(abs(SpecialFunctions.incompleteBeta(0.5, 300, 310.5) - 0.6646761137295392) < 1e-12)
    #expect(
      abs(StudentT.twoSidedProbability(2.3, degreesOfFreedom: 2.0) - 0.14814814814814817) < 1e-12)
    #expect(
      abs(StudentT.twoSidedProbability(1.96, degreesOfFreedom: 1000.5) - 0.050273046275026295)
        < 1e-12)
    #expect(
      abs(StudentT.twoSidedProbability(4.3, degreesOfFreedom: 2.7) - 0.028552649054732576) < 1e-12)
    #expect(
      abs(StudentT.twoSidedProbability(0.5, degreesOfFreedom: 7.0) - 0.6324071356892844) < 1e-12)
  }

  private func interval(_ values: [[Double]]) throws -> ClosedRange<Double> {
    try #require(SeedQuestionGrid(values, isShare: true).summary()?.interval95)
  }

  @Test(arguments: [
    (2, 0.1581), (3, 0.2924), (20, 0.8316), (160, 0.9772),
  ])
  func `a model that is always right is not known to be`(count: Int, low: Double) throws {
    let right = [Double](repeating: 1, count: count)
    let found = try interval([right])
    #expect(abs(found.lowerBound - low) < 1e-4 && found.upperBound == 1)
    let wrong = try interval([right.map { 1 - $0 }])
    #expect(wrong.lowerBound == 0 && abs(wrong.upperBound - (1 - low)) < 1e-4)
    // More seeds and samples of the same questions do not make more questions.
    #expect(try interval([right, right, right]) == found)
  }

  @Test func `questions that agree inside are no certainty either`() throws {
    let half = try interval([[0.5, 0.5]])
    #expect(half.lowerBound < 0.1 && half.upperBound > 0.9)
    let nearly = try interval([[0.5, 0.5625]])
    #expect(nearly.lowerBound < 0.1 && nearly.upperBound > 0.9)
  }

  @Test func `no interval leaves 0 to 1, whatever the shares and however few`() throws {
    for questions in 2...6 {
      for right in 0...questions {
        let row = (0..<questions).map { $0 < right ? 1.0 : 0 }
        let other = row.reversed().map { $0 }
        for values in [[row], [row, other], [row, row, other]] {
          let found = try interval(values)
          #expect(found.lowerBound >= 0 && found.upperBound <= 1)
          #expect(found.upperBound - found.lowerBound > 0.3, "\(values): \(found)")
        }
      }
    }
    // Student's interval of 1 in 4 would have a margin of .796.
    let quarter = try interval([[1, 0, 0, 0]])
    #expect(abs(quarter.lowerBound - 0.0063) < 1e-4 && abs(quarter.upperBound - 0.8059) < 1e-4)
  }

  @Test func `far from the ends it is about Student's`() throws {
    // Three seeds are right on shares of .4, .5 and .6 of the same questions.
    let values = (0..<3).map { seed in (0..<200).map { $0 * 7 % 10 < 4 + seed ? 1.0 : 0 } }
    let share = try #require(SeedQuestionGrid(values, isShare: true).summary()?.margin95)
    let mean = try #require(SeedQuestionGrid(values).summary()?.margin95)
    #expect(share > 0.9 * mean && share < 1.25 * mean, "\(share), \(mean)")
  }

  @Test func `what is all the same and no share has no interval`() throws {
    let lengths = try #require(SeedQuestionGrid([[64, 64, 64], [64, 64, 64]]).summary())
    #expect(lengths.value == 64 && lengths.interval95 == nil)
    #expect(Estimate([64, 64])?.standardError == nil && Estimate([64, 64])?.interval95 == nil)
    let right = try #require(Estimate([1, 1], isShare: true))
    #expect(right.standardError == nil)
    #expect(abs(try #require(right.margin95) - 0.8419) < 1e-4)
  }

  @Test func `questions of one cluster count as one`() throws {
    let values = (0..<60).map { $0 % 30 < 20 ? 1.0 : 0 }
    let alone = try #require(Estimate(values, isShare: true))
    // Twenty clusters of three questions each.
    let clusters = (0..<60).map { "\(($0 % 30) / 3) \($0 / 30)" }
    let together = try #require(Estimate(values, clusters: clusters, isShare: true))
    #expect(alone.mean == together.mean)
    #expect(try #require(together.standardError) > 1.5 * #require(alone.standardError))
    #expect(try #require(together.margin95) > 1.4 * #require(alone.margin95))
    let wrong = try #require(
      Estimate([0, 0, 0, 0, 0, 0], clusters: ["a", "a", "a", "b", "b", "b"], isShare: true))
    #expect(abs(try #require(wrong.interval95).upperBound - 0.8419) < 1e-4)
  }
}

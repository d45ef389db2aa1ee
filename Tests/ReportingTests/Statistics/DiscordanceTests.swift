import Reporting
import Testing

/// Differences of shares that depend on few questions.
struct DiscordanceTests {
  private func change(gained: Int, lost: Int, of count: Int, seeds: Int = 1) throws -> GridEstimate
  {
    let now = (0..<count).map { $0 < gained ? 1.0 : $0 < gained + lost ? 0 : 1 }
    let before = (0..<count).map { $0 < gained ? 0.0 : 1 }
    func grid(_ row: [Double]) -> SeedQuestionGrid {
      SeedQuestionGrid([[Double]](repeating: row, count: seeds), isShare: true)
    }
    return try #require(
      GridEstimate(
        of: [grid(now), grid(before)], form: .difference, statistic: { $0[0] - $0[1] }))
  }

  @Test func `the interval leaves out 0 exactly where McNemar's test says so`() throws {
    for gained in 0...14 {
      for lost in 0...14 where gained + lost <= 20 {
        let found = try change(gained: gained, lost: lost, of: 20)
        let interval = try #require(found.interval())
        let exact = McNemar(onlyFirst: lost, onlySecond: gained).pValue
        let excludes = interval.lowerBound > 0 || interval.upperBound < 0
        #expect(excludes == (exact < 0.05), "\(gained), \(lost): \(interval), p \(exact)")
        #expect(excludes == (try #require(found.pValue) < 0.05))
        #expect(interval.contains(found.value))
        #expect(interval.lowerBound >= -1 && interval.upperBound <= 1)
      }
    }
  }

  @Test(arguments: [1, 3])
  func `fewer than six questions show no difference, however many there are`(seeds: Int) throws {
    for flips in 1...5 {
      for count in [max(flips, 2), 30, 160] {
        let interval = try #require(
          try change(gained: flips, lost: 0, of: count, seeds: seeds).interval())
        #expect(interval.lowerBound <= 0 && interval.upperBound > 0, "\(flips) of \(count)")
      }
    }
    let six = try #require(try change(gained: 6, lost: 0, of: 160, seeds: seeds).interval())
    #expect(six.lowerBound > 0)
  }

  @Test func `methods that agree everywhere may still differ`() throws {
    // None of 160 questions differs: at most 1 − 0.025^(1/160) of all questions do.
    let many = try #require(try change(gained: 0, lost: 0, of: 160, seeds: 3).interval())
    #expect(abs(many.upperBound - 0.02279) < 1e-4 && many.lowerBound == -many.upperBound)
    let few = try #require(try change(gained: 0, lost: 0, of: 3).interval())
    #expect(abs(few.upperBound - 0.7076) < 1e-4)
  }

  @Test func `shares of other questions that are all right may differ too`() throws {
    let right = [[Double]](repeating: [Double](repeating: 1, count: 10), count: 3)
    let other = SeedQuestionGrid(right, isShare: true, questions: (0..<10).map { "other \($0)" })
    let found = try #require(
      GridEstimate(
        of: [SeedQuestionGrid(right, isShare: true), other], form: .difference,
        statistic: { $0[0] - $0[1] }))
    let interval = try #require(found.interval())
    #expect(interval.lowerBound < -0.3 && interval.upperBound > 0.3)
  }

  @Test func `a ratio or a trend of a few questions shows nothing either`() throws {
    let now = SeedQuestionGrid([[Double](repeating: 1, count: 160)], isShare: true)
    let before = SeedQuestionGrid([(0..<160).map { $0 < 4 ? 0.0 : 1 }], isShare: true)
    let ratio = try #require(
      GridEstimate(of: [now, before], form: .ratio, statistic: { $0[0] / $0[1] - 1 }))
    #expect(try #require(ratio.interval()).lowerBound < 0)
    let trend = try #require(
      GridEstimate(of: [now, before, before], statistic: { $0[0] - $0[2] }))
    #expect(trend.interval() == nil && trend.discordance?.count == 4)
  }
}

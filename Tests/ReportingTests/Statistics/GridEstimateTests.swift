import Reporting
import Testing

/// Changes between methods over paired seeds and questions.
struct GridEstimateTests {
  /// Numbers without a pattern, which are the same each time.
  private func noise(_ count: Int, seed: UInt64) -> [Double] {
    let stream = CounterStream(seed: seed)
    return (0..<count).map { Double(stream.bits(at: $0) >> 11) / Double(1 << 53) }
  }

  private func difference(_ grid: SeedQuestionGrid, _ other: SeedQuestionGrid) throws
    -> GridEstimate
  {
    try #require(
      GridEstimate(of: [grid, other], form: .difference, statistic: { $0[0] - $0[1] }))
  }

  private func width(_ interval: ClosedRange<Double>?) throws -> Double {
    let interval = try #require(interval)
    return interval.upperBound - interval.lowerBound
  }

  @Test func `streams do not depend on the order of draws`() {
    let stream = CounterStream(seed: 0)
    #expect(stream == CounterStream(seed: 0) && stream != CounterStream(seed: 1))
    let forward = (0..<50).map { stream.index(below: 7, at: $0) }
    let backward = (0..<50).reversed().map { stream.index(below: 7, at: $0) }
    #expect(forward == backward.reversed())
    // Each of seven places is drawn about equally often: 7000 draws, standard deviation 29.
    let counts = (0..<7000).reduce(into: [Int](repeating: 0, count: 7)) {
      $0[stream.index(below: 7, at: $1)] += 1
    }
    #expect(counts.allSatisfy { abs($0 - 1000) < 120 }, "\(counts)")
  }

  @Test func `a difference has the interval of the grid of differences`() throws {
    let (x, y) = (
      (0..<3).map { noise(40, seed: UInt64($0)) }, (0..<3).map { noise(40, seed: 9 + UInt64($0)) }
    )
    let cells = zip(x, y).map { zip($0, $1).map { $0 - $1 } }
    let expected = try #require(SeedQuestionGrid(cells).summary())
    let found = try difference(SeedQuestionGrid(x), SeedQuestionGrid(y))
    #expect(abs(found.value - expected.value) < 1e-12)
    let (a, b) = (try #require(found.interval()), try #require(expected.interval95))
    #expect(abs(a.lowerBound - b.lowerBound) < 1e-9 && abs(a.upperBound - b.upperBound) < 1e-9)
    // The 95 % interval excludes 0 exactly if p < 0.05; the detectable effect is larger than its
    // margin.
    #expect((a.lowerBound > 0 || a.upperBound < 0) == (try #require(found.pValue) < 0.05))
    #expect(try #require(found.detectable()) > width(a) / 2)
    #expect(try width(found.interval(0.9)) < width(a))
  }

  @Test func `pairing takes away what two methods share, by name and not by place`() throws {
    let base = noise(100, seed: 3)
    let better = base.indices.map { base[$0] + 0.01 + Double($0 % 2) * 0.001 }
    let names = base.indices.map { "question \($0)" }
    let paired = try difference(
      SeedQuestionGrid([better], questions: names),
      SeedQuestionGrid([base.reversed()], questions: names.reversed()))
    #expect(try width(paired.interval()) < 0.001)
    // Other questions are an independent draw.
    let strangers = SeedQuestionGrid([base], questions: names.map { "other " + $0 })
    let apart = try difference(SeedQuestionGrid([better], questions: names), strangers)
    #expect(try width(apart.interval()) > 0.1)
  }

  @Test func `a set of questions inside another is no set of its own`() throws {
    // The even questions are compared with all of them: shared questions affect both sides.
    let values = noise(200, seed: 4)
    let names = values.indices.map(String.init)
    let all = SeedQuestionGrid([values], questions: names)
    let even = all.restricted(toQuestions: Set(names.filter { (Int($0) ?? 0) % 2 == 0 }))
    let strangers = SeedQuestionGrid(
      [even.cells.compactMap { $0.figure(.mean) }], questions: even.questions.map { "x" + $0 })
    #expect(
      try width(difference(even, all).interval()) < 0.9
        * width(difference(strangers, all).interval()))
  }

  @Test func `seeds are clusters, and a method without seeds is the same under each`() throws {
    // Two seeds disagree everywhere: a thousand questions cannot make up for that.
    let row = noise(1000, seed: 5)
    let grid = SeedQuestionGrid([row, row.map { $0 + 1 }])
    #expect(try width(grid.summary()?.interval95) > 5)
    let pooled = SeedQuestionGrid([grid.cells.compactMap { $0.figure(.mean) }])
    #expect(try width(pooled.summary()?.interval95) < 0.2)
    let fixed = try #require(GridEstimate(of: [grid], seedsAreFixed: true) { $0[0] })
    #expect(try width(fixed.interval()) < 0.1)
    let change = try difference(grid, SeedQuestionGrid([row], seeds: [""]))
    #expect(change.seeds == 2 && abs(change.value - 0.5) < 1e-12)
  }

  @Test func `seeds that no two methods share leave no interval`() throws {
    let row = noise(20, seed: 6)
    let change = try difference(
      SeedQuestionGrid([row], seeds: ["0"]), SeedQuestionGrid([row], seeds: ["1"]))
    #expect(change.seeds == 0 && change.interval() == nil && change.pValue == nil)
  }

  @Test func `one seed and one question have no interval, nor has what is undefined`() {
    #expect(SeedQuestionGrid([[1]]).summary()?.margin95 == nil)
    let empty = SeedQuestionGrid(
      seeds: ["0"], questions: ["a", "b"], cells: [Moments(), Moments()])
    #expect(empty.summary() == nil)
    let row = noise(20, seed: 7)
    #expect(GridEstimate(of: [SeedQuestionGrid([row])], statistic: { _ in nil }) == nil)
  }

  @Test func `a question without observations counts for nothing`() throws {
    let cells = [Moments(1), Moments(), Moments(3)]
    let grid = SeedQuestionGrid(seeds: ["0"], questions: ["a", "b", "c"], cells: cells)
    #expect(grid.value == 2)
    let summary = try #require(grid.summary())
    // 1 and 3: standard error 1, t(0.975, 1).
    #expect(abs(try #require(summary.margin95) - 12.706204736174694) < 1e-9)
  }

  @Test func `how much seeds differ is pooled over methods`() throws {
    // Seeds' means 0 and 2 (variance 2), 5 and 6 (variance ½): pooled 1¼ with two degrees.
    let grids = [
      SeedQuestionGrid([[0, 0], [2, 2]]), SeedQuestionGrid([[5, 5], [6, 6]]),
      SeedQuestionGrid([[1, 1]]),
    ]
    let spread = try #require(SeedQuestionGrid.SeedSpread(pooling: grids))
    #expect(spread.variance == 1.25 && spread.degreesOfFreedom == 2)
    // No variance over questions: t(0.975, 2) · √(1.25 / 2), and for one seed √1.25.
    let t = 4.302652729749462
    let two = try #require(grids[0].summary(seedSpread: spread)?.margin95)
    #expect(abs(two - t * 0.625.squareRoot()) < 1e-9)
    let one = try #require(grids[2].summary(seedSpread: spread)?.margin95)
    #expect(abs(one - t * 1.25.squareRoot()) < 1e-9)
    #expect(SeedQuestionGrid.SeedSpread(pooling: [grids[2]]) == nil)
  }

  @Test func `a ratio and a slope have the errors that moving each cell says`() throws {
    // The jackknife over questions, leaving out one at a time, is near the infinitesimal one.
    let (x, y) = (noise(200, seed: 8), noise(200, seed: 9))
    func jackknife(_ value: ([Int]) -> Double?) throws -> Double {
      let all = Array(0..<200)
      let left = all.compactMap { out in value(all.filter { $0 != out }) }
      let mean = try #require(Statistics.mean(left))
      return (left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * 199 / 200).squareRoot()
    }
    func ratio(_ kept: [Int]) -> Double? {
      kept.reduce(0) { $0 + x[$1] + 1 } / kept.reduce(0) { $0 + y[$1] + 1 } - 1
    }
    let grids = [SeedQuestionGrid([x.map { $0 + 1 }]), SeedQuestionGrid([y.map { $0 + 1 }])]
    let found = try #require(
      GridEstimate(of: grids, form: .ratio, statistic: { $0[0] / $0[1] - 1 }))
    let expected = try jackknife(ratio)
    #expect(abs(try #require(found.error).standardError / expected - 1) < 0.02)
    for figure in [Moments.Figure.ratio, .slope, .correlation, .varianceRatio] {
      let cells = zip(x, y).map { Moments(x: $0 + 1, y: $0 + $1) }
      let grid = SeedQuestionGrid(
        figure, seeds: ["0"], questions: x.indices.map(String.init), cells: cells)
      let estimate = try #require(GridEstimate(of: [grid]) { $0[0] })
      let expected = try jackknife { kept in
        kept.reduce(into: Moments()) { $0.add(cells[$1]) }.figure(figure)
      }
      #expect(abs(try #require(estimate.error).standardError / expected - 1) < 0.05, "\(figure)")
    }
  }
}

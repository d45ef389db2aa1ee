import Reporting
import Testing

struct PairedBootstrapTests {
  /// Numbers without a pattern, the same each time.
  private func noise(_ count: Int, seed: UInt64) -> [Double] {
    let stream = CounterStream(seed: seed)
    return (0..<count).map { Double(stream.bits(at: $0) >> 11) / Double(1 << 53) }
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

  @Test func `the same numbers and seed give the same interval, another seed nearly so`() throws {
    let panel = Panel([noise(60, seed: 1)])
    let one = try #require(PairedBootstrap().interval95(of: [panel]) { $0[0] })
    let again = try #require(PairedBootstrap().interval95(of: [panel]) { $0[0] })
    let other = try #require(PairedBootstrap(seed: 5).interval95(of: [panel]) { $0[0] })
    #expect(one == again && one != other)
    #expect(abs(one.lowerBound - other.lowerBound) < 0.01)
  }

  @Test func `the interval of a mean is that of the normal theory`() throws {
    // 400 uniform numbers: standard error s/√400, so the interval is 3.92 of these wide.
    let values = noise(400, seed: 2)
    let error = try #require(Statistics.standardError(values))
    let found = try width(PairedBootstrap().interval95(of: [Panel([values])]) { $0[0] })
    #expect(abs(found / (3.92 * error) - 1) < 0.06, "\(found / error)")
  }

  @Test func `three seeds vary as much as their standard error says`() throws {
    // One question, three seeds: each draw takes two, so the variance of their mean is s²/2·⅔ = s²/3,
    // that of the mean of three. Values 0, 1, 2: the nine draws are 0, 1, 2, ½ ½, 1 1, 1½ 1½.
    let panel = Panel([[0], [1], [2]])
    let draws = PairedBootstrap(resamples: 20_000).draws(of: [panel]).compactMap { $0[0] }
    #expect(Set(draws) == [0, 0.5, 1, 1.5, 2])
    let mean = try #require(Statistics.mean(draws))
    let variance = try #require(Statistics.sampleVariance(draws))
    #expect(abs(mean - 1) < 0.02)
    #expect(abs(variance - 1.0 / 3) < 0.01)
  }

  @Test func `pairing takes away what two methods share`() throws {
    let base = noise(100, seed: 3)
    let better = base.map { $0 + 0.01 }
    let paired = try #require(
      PairedBootstrap().interval95(of: [Panel([better]), Panel([base])]) { $0[0] - $0[1] })
    #expect(abs(paired.lowerBound - 0.01) < 1e-9 && abs(paired.upperBound - 0.01) < 1e-9)
    // Other questions are another draw.
    let strangers = Panel([base], questions: (0..<100).map { "other \($0)" })
    let apart = try width(
      PairedBootstrap().interval95(of: [Panel([better]), strangers]) { $0[0] - $0[1] })
    #expect(apart > 0.1)
  }

  @Test func `seeds are clusters`() throws {
    // Two seeds that disagree everywhere: a thousand questions do not make them agree.
    let panel = Panel([[Double](repeating: 0, count: 1000), [Double](repeating: 1, count: 1000)])
    #expect(PairedBootstrap().interval95(of: [panel]) { $0[0] } == 0...1)
    let pooled = Panel([panel.cells.compactMap { $0.figure(.mean) }])
    #expect(try width(PairedBootstrap().interval95(of: [pooled]) { $0[0] }) < 0.1)
  }

  @Test func `one seed and one question have no interval, nor has what is mostly undefined`() {
    #expect(PairedBootstrap().interval95(of: [Panel([[1]])]) { $0[0] } == nil)
    let empty = Panel(
      seeds: ["0"], questions: ["a", "b"], cells: [Moments(), Moments()])
    #expect(PairedBootstrap().interval95(of: [empty]) { $0[0] } == nil)
    #expect(Panel([[1]]).summary()?.margin95 == nil)
    #expect(empty.summary() == nil)
  }

  @Test func `a question without observations counts for nothing`() throws {
    let cells = [Moments(1), Moments(), Moments(3)]
    let panel = Panel(seeds: ["0"], questions: ["a", "b", "c"], cells: cells)
    #expect(panel.value == 2)
    let summary = try #require(panel.summary())
    // 1 and 3: standard error 1, t(0.975, 1).
    #expect(abs(try #require(summary.margin95) - 12.706204736174694) < 1e-9)
  }

  @Test func `how much seeds differ is pooled over methods`() throws {
    // Seeds' means 0 and 2 (variance 2), 5 and 6 (variance ½): pooled 1¼ with two degrees.
    let panels = [Panel([[0, 0], [2, 2]]), Panel([[5, 5], [6, 6]]), Panel([[1, 1]])]
    let spread = try #require(Panel.SeedSpread(pooling: panels))
    #expect(spread.variance == 1.25 && spread.degreesOfFreedom == 2)
    // No variance over questions: t(0.975, 2) · √(1.25 / 2), and for one seed √1.25.
    let t = 4.302652729749462
    let two = try #require(panels[0].summary(seedSpread: spread)?.margin95)
    #expect(abs(two - t * 0.625.squareRoot()) < 1e-9)
    let one = try #require(panels[2].summary(seedSpread: spread)?.margin95)
    #expect(abs(one - t * 1.25.squareRoot()) < 1e-9)
    #expect(Panel.SeedSpread(pooling: [panels[2]]) == nil)
  }

  @Test func `a slope is drawn by questions`() throws {
    // y = 2x on five questions of two answers each, and one answer that is off.
    let cells = (0..<5).map { q -> Moments in
      var cell = Moments(x: Double(q), y: 2 * Double(q))
      cell.add(Moments(x: Double(q) + 0.5, y: 2 * Double(q) + (q == 2 ? 1.5 : 1)))
      return cell
    }
    let panel = Panel(.slope, seeds: ["0"], questions: (0..<5).map(String.init), cells: cells)
    let interval = try #require(PairedBootstrap().interval95(of: [panel]) { $0[0] })
    #expect(interval.contains(2) && interval.upperBound - interval.lowerBound < 0.5)
    #expect(try #require(panel.summary()?.margin95) > 0)
  }
}

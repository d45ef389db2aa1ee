import Reporting
import Testing

struct NiceScaleTests {
  @Test(arguments: [
    (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (0, 0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
    (41, 118, [40, 60, 80, 100, 120]), (-3, 3, [-3, -2, -1, 0, 1, 2, 3]),
  ])
  func `ticks are round and cover the range`(low: Double, high: Double, ticks: [Double]) {
    let scale = NiceScale(covering: low, high)
    #expect(scale.ticks.count == ticks.count, "\(scale.ticks)")
    #expect(zip(scale.ticks, ticks).allSatisfy { abs($0 - $1) < 1e-12 }, "\(scale.ticks)")
    #expect(scale.lower <= low + 1e-12 && scale.upper >= high - 1e-12)
  }

  @Test(arguments: [(0.0, 0.0), (5, 5), (-1e-300, 1e-300), (1e9, 1e9 + 1e-9), (-1e290, 1e290)])
  func `a range without width, or almost without end, still has a scale`(low: Double, high: Double)
  {
    let scale = NiceScale(covering: low, high)
    #expect(scale.step > 0 && scale.step.isFinite)
    #expect(scale.ticks.count >= 2 && scale.ticks.count < 40)
    // A distance of a billionth of a step counts as covered.
    #expect(scale.lower - low <= 1e-9 * scale.step && high - scale.upper <= 1e-9 * scale.step)
  }

  @Test(arguments: [(0.0, 1.0, 1), (0, 0.3, 2), (0, 100, 0), (0.899, 0.901, 4)])
  func `labels have the decimals that tell ticks apart`(low: Double, high: Double, digits: Int) {
    #expect(NiceScale(covering: low, high).digits == digits)
  }
}

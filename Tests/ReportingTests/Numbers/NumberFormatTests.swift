import Reporting
import Testing

struct NumberFormatTests {
  @Test(arguments: [
    (0.8994, 3, "0.899"), (0.9996, 3, "1.000"), (52.25, 1, "52.3"), (-0.0004, 3, "0.000"),
    (-1.5, 0, "-2"), (0, 2, "0.00"), (1234.5, 1, "1234.5"), (0.05, 2, "0.05"),
    (1e300, 2, "1e+300"), (.nan, 2, "—"), (-.infinity, 2, "—"),
  ])
  func `fixed decimals`(value: Double, digits: Int, text: String) {
    #expect(NumberFormat.fixed(value, digits: digits) == text)
  }

  @Test func `errors drop the zero before the point`() {
    #expect(NumberFormat.error(0.0114, digits: 3) == "±.011")
    #expect(NumberFormat.error(1.25, digits: 1) == "±1.3")
    #expect(NumberFormat.error(0, digits: 2) == "±.00")
    #expect(NumberFormat.error(3, digits: 0) == "±3")
  }

  @Test(arguments: [
    (0, "0"), (950, "950"), (999, "999"), (1000, "1.00k"), (12_345, "12.3k"), (99_960, "100k"),
    (999_499, "999k"), (999_500, "1.00M"), (4_560_000, "4.56M"), (-1500, "-1.50k"),
  ])
  func `counts in three digits`(value: Int, text: String) {
    #expect(NumberFormat.count(value) == text)
  }

  @Test func `tokens, bytes, rates and shares carry their unit`() {
    #expect(NumberFormat.tokens(1) == "1 token")
    #expect(NumberFormat.tokens(52) == "52 tokens")
    #expect(NumberFormat.bytes(512) == "512 B")
    #expect(NumberFormat.bytes(1_500_000) == "1.50 MB")
    #expect(NumberFormat.rate(4.5, "steps") == "4.50 steps/s")
    #expect(NumberFormat.rate(12_340, "tokens") == "12.3k tokens/s")
    #expect(NumberFormat.rate(.infinity, "steps") == "—")
    #expect(NumberFormat.percent(0.125) == "12.5%")
  }

  @Test(arguments: [
    (0.0, "0.00s"), (0.417, "0.42s"), (9.994, "9.99s"), (9.996, "10.0s"), (59.94, "59.9s"),
    (59.96, "1m 00s"), (185, "3m 05s"), (3599.6, "1h 00m"), (3725, "1h 02m"), (86_399, "1d 00h"),
    (180_000, "2d 02h"), (-2, "-2.00s"), (.nan, "—"),
  ])
  func `durations in two units`(seconds: Double, text: String) {
    #expect(NumberFormat.duration(seconds: seconds) == text)
  }

  @Test(arguments: [0.1, 1.0 / 3, 12_345, 6.02e23, -2.5e-9, 0])
  func `the shortest form reads back as the same number`(value: Double) {
    #expect(Double(NumberFormat.shortest(value)) == value)
  }
}

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
    // As close as a billionth of a step counts as covered.
    #expect(scale.lower - low <= 1e-9 * scale.step && high - scale.upper <= 1e-9 * scale.step)
  }

  @Test(arguments: [(0.0, 1.0, 1), (0, 0.3, 2), (0, 100, 0), (0.899, 0.901, 4)])
  func `labels have the decimals that tell ticks apart`(low: Double, high: Double, digits: Int) {
    #expect(NiceScale(covering: low, high).digits == digits)
  }
}

import Fields
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

  @Test func `tokens, bytes and shares carry their unit`() {
    #expect(NumberFormat.tokens(1) == "1 token")
    #expect(NumberFormat.tokens(52) == "52 tokens")
    #expect(NumberFormat.bytes(512) == "512 B")
    #expect(NumberFormat.bytes(1_500_000) == "1.50 MB")
    #expect(NumberFormat.percent(0.125) == "12.5%")
  }

  @Test(arguments: [
    (0.0, "0.0s"), (7.24, "7.2s"), (9.96, "10s"), (59.4, "59s"), (59.6, "1m00s"), (252, "4m12s"),
    (3599.6, "1h00m"), (7500, "2h05m"), (86_399, "23h59m"), (273_600, "3d04h"), (-2, "-2.0s"),
    (.infinity, "—"), (.nan, "—"),
  ])
  func `durations in two units`(seconds: Double, text: String) {
    #expect(NumberFormat.duration(seconds: seconds) == text)
  }

  @Test(arguments: [
    (0.0, "0.00"), (0.42, "0.42"), (12.34, "12.3"), (940.4, "940"), (999.6, "1.00k"),
    (3412, "3.41k"), (1_200_000, "1.20M"), (.nan, "—"),
  ])
  func `rates have three digits`(perSecond: Double, text: String) {
    #expect(NumberFormat.rate(perSecond) == text)
  }

  @Test(arguments: [0.1, 1.0 / 3, 12_345, 6.02e23, -2.5e-9, 0])
  func `the shortest form reads back as the same number`(value: Double) {
    #expect(Double(NumberFormat.shortest(value)) == value)
  }
}

import Fields
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    ("90s", 90.0), ("30m", 1800), ("2h", 7200), ("1.5h", 5400), ("1d", 86_400), ("0.25s", 0.25),
    ("4m12s", 252), ("1h05m", 3900), ("1d02h03m04s", 93_784), ("7.2s", 7.2), ("010s", 10),
  ])
  func `times are read with their units`(_ text: String, _ seconds: Double) {
    #expect(TimeSpan(text)?.seconds == seconds)
    #expect(Quantity.time.amount(text) == seconds)
    #expect(text.contains(try! Regex(Quantity.time.pattern)))
  }

  @Test(arguments: [
    ("512M", 512_000_000), ("2G", 2_000_000_000), ("1.5GB", 1_500_000_000), ("10k", 10_000),
    ("1T", 1_000_000_000_000), ("2GiB", 2_147_483_648), ("1KiB", 1024), ("7B", 7),
  ])
  func `sizes are read with their units`(_ text: String, _ bytes: Int) {
    #expect(ByteSize(text)?.bytes == bytes)
    #expect(Quantity.size.amount(text) == Double(bytes))
    #expect(text.contains(try! Regex(Quantity.size.pattern)))
  }

  @Test(arguments: [
    "", "s", "90", "-5s", "+5s", "1e3s", "5 s", "5x", "5s5m", "5s5s", "5m5", "0s", "0.0001s", ".5s",
    "5.s", "1.2.3s", "infs", "nans", "99999999999h", "5S", "٣s", "12:30",
  ])
  func `what is no time is refused`(_ text: String) {
    #expect(TimeSpan(text) == nil)
  }

  @Test(arguments: [
    "", "G", "2", "-2G", "2g", "2KB", "2 G", "2GG", "2iB", "0G", "0.1B", "1e9B", "9999999T", "٢G",
  ])
  func `what is no size is refused`(_ text: String) {
    #expect(ByteSize(text) == nil)
  }
}

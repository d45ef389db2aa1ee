/// Formats numbers for tables, progress lines, reports and axes.
///
/// The output is plain ASCII except for the `±` sign, the same on every machine, and independent of
/// the locale. A number that is not finite is written as an em dash, like a missing cell.
package enum NumberFormat {
  /// The text for a missing number.
  package static let missing = "—"

  /// A number with a fixed count of decimals: `fixed(0.8994, digits: 3)` is `0.899`.
  ///
  /// Halves are rounded away from zero; a number that rounds to zero has no sign.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return missing }
    let digits = min(max(digits, 0), 15)
    let scale = powerOfTen(digits)
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    // Above 2^53 every double is whole and has no decimals to round.
    guard scaled < 9_007_199_254_740_992 else { return shortest(value) }
    let units = UInt64(scaled)
    let divisor = UInt64(scale)
    let sign = value < 0 && units > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(units) }
    let decimals = String(units % divisor)
    let padding = String(repeating: "0", count: digits - decimals.count)
    return sign + String(units / divisor) + "." + padding + decimals
  }

  /// The half-width of an interval, or a standard error, as it follows a number: `±.011`, `±1.2`.
  package static func error(_ value: Double, digits: Int) -> String {
    let text = fixed(value.magnitude, digits: digits)
    return "±" + (text.hasPrefix("0.") ? String(text.dropFirst()) : text)
  }

  /// A fraction as a percentage: `percent(0.125)` is `12.5%`.
  package static func percent(_ share: Double, digits: Int = 1) -> String {
    guard share.isFinite else { return missing }
    return fixed(share * 100, digits: digits) + "%"
  }

  /// A count in three significant digits: `950`, `12.3k`, `4.56M`.
  package static func count(_ value: Int) -> String {
    value.magnitude < 1000 ? String(value) : scaled(Double(value), step: 1000, ["", "k", "M", "G"])
  }

  /// A count of tokens with its unit: `12.3k tokens`, `1 token`.
  package static func tokens(_ value: Int) -> String {
    count(value) + (value == 1 ? " token" : " tokens")
  }

  /// A size in powers of 1000, as on the labels of disks: `512 B`, `1.50 MB`.
  package static func bytes(_ value: Int) -> String {
    value.magnitude < 1000
      ? "\(value) B" : scaled(Double(value), step: 1000, [" B", " kB", " MB", " GB", " TB"])
  }

  /// A rate per second in three significant digits: `0.42`, `12.3`, `3.41k`.
  package static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite else { return missing }
    return scaled(perSecond, step: 1000, ["", "k", "M", "G", "T"])
  }

  /// A duration in its two leading units, which `TimeSpan` can read: `7.2s` below ten seconds,
  /// `38s`, `4m12s`, `2h05m`, `3d04h`.
  package static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds.magnitude < 1e12 else { return missing }
    if seconds < 0 { return "-" + duration(seconds: -seconds) }
    if seconds < 9.95 { return fixed(seconds, digits: 1) + "s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m\(twoDigits(whole % 60))s" }
    if whole < 86_400 { return "\(whole / 3600)h\(twoDigits(whole % 3600 / 60))m" }
    return "\(whole / 86_400)d\(twoDigits(whole % 86_400 / 3600))h"
  }

  /// The shortest text that reads back as the same double, as used in CSV and JSON.
  package static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return missing }
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int(value)) }
    return String(value)
  }

  /// Three significant digits, with the suffix that keeps the number below one step.
  private static func scaled(_ value: Double, step: Double, _ suffixes: [String]) -> String {
    var rest = value
    var index = 0
    // 999.5 would be written as 1000, so it moves on to the next suffix.
    while rest.magnitude >= step * 0.9995, index + 1 < suffixes.count {
      rest /= step
      index += 1
    }
    let digits =
      switch rest.magnitude {
      case ..<9.995: 2
      case ..<99.95: 1
      default: 0
      }
    return fixed(rest, digits: digits) + suffixes[index]
  }

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : String(value)
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }
}

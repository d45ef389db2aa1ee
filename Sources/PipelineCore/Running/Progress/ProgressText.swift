import Foundation

/// Numbers and times as a glance takes them in.
package enum ProgressText {
  /// `7.2s` below ten seconds, `38s`, `4m12s`, `2h05m`, `3d04h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    if seconds < 9.95 { return String(format: "%.1fs", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m\(padded(whole % 60))s" }
    if whole < 86_400 { return "\(whole / 3600)h\(padded(whole % 3600 / 60))m" }
    return "\(whole / 86_400)d\(padded(whole % 86_400 / 3600))h"
  }

  /// Three digits and a unit: `0.42`, `12.3`, `940`, `3.41k`, `1.20M`.
  package static func rate(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "–" }
    let units = ["", "k", "M", "G", "T"]
    var (scaled, unit) = (value, 0)
    // 999.5 would round to four digits.
    while scaled >= 999.5, unit + 1 < units.count {
      scaled /= 1000
      unit += 1
    }
    let decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
    return String(format: "%.\(decimals)f", scaled) + units[unit]
  }

  /// A text of exactly `width` columns, padded, or cut in the middle so that both ends show: the end
  /// of an address tells the points of a sweep apart.
  package static func fitted(_ text: String, _ width: Int) -> String {
    if text.count <= width { return text + String(repeating: " ", count: width - text.count) }
    guard width > 1 else { return String(text.prefix(max(0, width))) }
    let kept = width - 1
    return text.prefix(kept - kept / 2) + "…" + text.suffix(kept / 2)
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}

import Foundation

/// The time that a server asks to wait before the next try.
enum RetryAfter {
  /// Reads the headers `retry-after-ms` and `Retry-After`, which is a number of seconds or a date.
  /// - Parameter now: the seconds since 1970 here, for a date from a server that does not say its
  ///   own time.
  /// - Returns: nil without a header, or with one that cannot be read.
  static func wait(_ head: HTTPHead, now: Int) -> Duration? {
    if let text = head["retry-after-ms"], let count = number(text) {
      return .milliseconds(Int(count))
    }
    guard let text = head["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
    if let count = number(text) { return .milliseconds(Int(count * 1000)) }
    guard let date = HTTPDate.seconds(text) else { return nil }
    let reference = head["date"].flatMap(HTTPDate.seconds) ?? now
    return .seconds(max(0, date - reference))
  }

  /// A count that is not negative and below three years of milliseconds; nil for other text.
  private static func number(_ text: String) -> Double? {
    guard let number = Double(text), number >= 0, number < 1e11 else { return nil }
    return number
  }
}

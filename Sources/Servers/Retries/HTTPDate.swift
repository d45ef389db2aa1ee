/// The times of HTTP headers, RFC 9110 § 5.6.7.
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Returns the seconds since 1970 of one of the three forms that a recipient must read:
  /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
  /// `Sun Nov  6 08:49:37 1994`; nil for other text.
  static func seconds(_ text: String) -> Int? {
    guard text.utf8.count <= 40 else { return nil }
    var parts = text.split { " ,-:".contains($0) }.map(String.init)
    guard parts.count >= 7 else { return nil }
    // The oldest form has the month first and the year last.
    if months.contains(parts[1]) {
      parts = [parts[0], parts[2], parts[1], parts[6], parts[3], parts[4], parts[5]]
    }
    guard let month = months.firstIndex(of: parts[2]), let day = Int(parts[1]),
      var year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]),
      let second = Int(parts[6]), (1...31).contains(day), (0..<24).contains(hour),
      (0..<60).contains(minute), (0...60).contains(second), (0...9999).contains(year)
    else { return nil }
    if parts[3].count == 2 { year += year < 70 ? 2000 : 1900 }
    return days(year: year, month: month + 1, day: day) * 86_400 + hour * 3600 + minute * 60
      + second
  }

  /// The days from 1970-01-01 to a date of the Gregorian calendar. Years begin in March here, so
  /// that a leap day is their last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + dayOfYear - 719_468
  }
}

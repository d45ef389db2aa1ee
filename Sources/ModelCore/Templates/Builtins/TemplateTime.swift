/// The time that a template may print by `strftime_now`, as on a calendar.
///
/// It is given, never read from a clock: a prompt that changes with the day cannot be repeated.
package struct TemplateTime: Sendable, Hashable {
  package var year: Int
  /// Counts from 1.
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int

  /// Nil if there is no such day or time.
  package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1...9999).contains(year), (1...12).contains(month), (0..<24).contains(hour),
      (0..<60).contains(minute), (0..<60).contains(second),
      (1...Self.lengths(year: year)[month - 1]).contains(day)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  private static func lengths(year: Int) -> [Int] {
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  }

  /// The day of the year, from 1.
  private var dayOfYear: Int { Self.lengths(year: year).prefix(month - 1).reduce(day, +) }

  /// The day of the week; Sunday is 0.
  private var weekday: Int {
    let before = year - 1
    return (365 * before + before / 4 - before / 100 + before / 400 + dayOfYear) % 7
  }

  /// The text of Python's `strftime` in the C locale, for the conversions that templates use.
  func formatted(_ format: String) throws(TemplateFault) -> String {
    var text = ""
    var scalars = format.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      let isUnpadded = scalars.first == "-"
      if isUnpadded { scalars.removeFirst() }
      guard let conversion = scalars.popFirst(), let part = part(conversion, !isUnpadded) else {
        throw .type("this conversion of a time is not supported")
      }
      text += part
    }
    return text
  }

  private func part(_ conversion: Unicode.Scalar, _ isPadded: Bool) -> String? {
    func digits(_ number: Int, _ width: Int = 2) -> String {
      let text = String(number)
      return isPadded ? String(repeating: "0", count: max(0, width - text.count)) + text : text
    }
    let name = Self.months[month - 1]
    let weekdayName = Self.weekdays[weekday]
    let hour12 = hour % 12 == 0 ? 12 : hour % 12
    switch conversion {
    case "d": return digits(day)
    case "m": return digits(month)
    case "Y": return digits(year, 4)
    case "y": return digits(year % 100)
    case "b", "h": return String(name.prefix(3))
    case "B": return name
    case "a": return String(weekdayName.prefix(3))
    case "A": return weekdayName
    case "w": return String(weekday)
    case "j": return digits(dayOfYear, 3)
    case "H": return digits(hour)
    case "I": return digits(hour12)
    case "M": return digits(minute)
    case "S": return digits(second)
    case "p": return hour < 12 ? "AM" : "PM"
    case "F": return "\(digits(year, 4))-\(digits(month))-\(digits(day))"
    case "T": return "\(digits(hour)):\(digits(minute)):\(digits(second))"
    case "%": return "%"
    default: return nil
    }
  }
}

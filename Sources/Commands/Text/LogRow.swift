package import Fields

/// One line of a stage's log. Most kinds log a JSON object of figures for every step.
package struct LogRow {
  /// The members of the object, in order.
  package let figures: [(name: String, value: JSONText)]

  /// Nil for a line that is no JSON object, such as a sentence that a program printed.
  package init?(_ line: some StringProtocol) {
    guard line.utf8.first == UInt8(ascii: "{"),
      case .object(let members)? = try? JSONText(parsing: line.utf8)
    else { return nil }
    figures = members.map { (name: $0.0, value: $0.1) }
  }

  subscript(name: String) -> JSONText? { figures.first { $0.name == name }?.value }

  /// The figures in one line, for a log whose columns are unknown: `step 34  loss 0.412`.
  package var text: String {
    figures.map { "\($0.name) \(Self.rounded($0.value))" }.joined(separator: "  ")
  }

  /// The members of these names as a JSON object, each number with the digits of the log.
  func json(_ names: [String]) -> String {
    JSONText.object(names.compactMap { name in self[name].map { (name, $0) } }).compact
  }

  /// A value for people: a number with four significant digits, a text without its quotes.
  static func rounded(_ value: JSONText) -> String {
    switch value {
    case .null: "null"
    case .string(let text): text
    case .double(let number): rounded(number)
    case .float(let number): rounded(Double(number))
    case .number(let text): Double(text).map(rounded) ?? text
    case .bool, .int, .array, .object: value.compact
    }
  }

  /// A value with all its digits, a text without its quotes; empty for null.
  static func exact(_ value: JSONText) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.compact
    }
  }

  /// Formats a number with four significant digits; whole numbers are unchanged.
  private static func rounded(_ number: Double) -> String {
    guard number != number.rounded() || number.magnitude >= 1e6 else {
      return NumberFormat.fixed(number, digits: 0)
    }
    guard (1e-3..<1e6).contains(number.magnitude) else { return scientific(number) }
    let digits =
      number.magnitude >= 1000
      ? 0
      : number.magnitude >= 100
        ? 1
        : number.magnitude >= 10 ? 2 : number.magnitude >= 1 ? 3 : 4
    return NumberFormat.fixed(number, digits: digits)
  }

  /// Formats a number in scientific notation: `4.213e-05`, `1.2e+09`.
  private static func scientific(_ number: Double) -> String {
    let text = "\(number)"
    guard let exponent = text.firstIndex(of: "e") else {
      // Swift writes no exponent between 0.0001 and 0.001 and above a million.
      return number.magnitude < 1
        ? NumberFormat.fixed(number, digits: 6)
        : NumberFormat.shortest(number)
    }
    guard let mantissa = Double(text[..<exponent]) else { return text }
    return NumberFormat.fixed(mantissa, digits: 3) + text[exponent...]
  }
}

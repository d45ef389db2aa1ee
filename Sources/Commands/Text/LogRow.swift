import Fields

/// Formats a line of a stage's log for people.
package enum LogRow {
  /// For a flat JSON object, its members in order: `step 34  loss 0.412  num_tokens 1.2k`. Any
  /// other line is unchanged.
  package static func text(of line: String) -> String {
    guard line.hasPrefix("{"), line.hasSuffix("}") else { return line }
    let members = line.matches(of: /"([^"\\]+)": ?("[^"\\]*"|[^,\s{}\[\]"]+)/)
    let parts = members.map { "\($0.1) \(value(String($0.2)))" }
    return parts.isEmpty ? line : parts.joined(separator: "  ")
  }

  /// Formats a number with four significant digits; whole numbers are unchanged.
  private static func value(_ text: String) -> String {
    if text.hasPrefix("\"") { return String(text.dropFirst().dropLast()) }
    guard Int(text) == nil, let number = Double(text), number.isFinite else { return text }
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

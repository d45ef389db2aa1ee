// Numbers as Python writes and divides them.

extension Double {
  /// The text of Python's `repr`: the shortest digits that read back as the same number, with an
  /// exponent below 1e-4 and from 1e16.
  var pythonText: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    let (digits, exponent) = decimalDigits
    let sign = self.sign == .minus ? "-" : ""
    // The decimal point stands after this many digits.
    let point = exponent + 1
    if point > 16 || point < -3 {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let size = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + size
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count {
      return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// The shortest digits, without zeros at either end, and the exponent of the first one.
  private var decimalDigits: (digits: String, exponent: Int) {
    let written = magnitude.description
    let parts = written.split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = String(mantissa[0])
    exponent += digits.count - 1
    if mantissa.count > 1 { digits += mantissa[1] }
    while digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return digits == "0" ? ("0", 0) : (digits, exponent)
  }

  /// The remainder with the sign of the divisor, as Python's `%`.
  func pythonModulo(_ divisor: Double) -> Double {
    let remainder = truncatingRemainder(dividingBy: divisor)
    if remainder == 0 { return divisor.sign == .minus ? -0.0 : 0.0 }
    return (remainder < 0) == (divisor < 0) ? remainder : remainder + divisor
  }
}

extension Int {
  /// The quotient rounded down, as Python's `//`; nil if it has more than 64 bits.
  func pythonQuotient(_ divisor: Int) -> Int? {
    let (quotient, isOverflow) = dividedReportingOverflow(by: divisor)
    guard !isOverflow else { return nil }
    let isExact = quotient * divisor == self
    return isExact || (self < 0) == (divisor < 0) ? quotient : quotient - 1
  }

  /// The remainder with the sign of the divisor, as Python's `%`.
  func pythonModulo(_ divisor: Int) -> Int {
    // The smallest number divided by -1 overflows as a quotient, and leaves 0.
    let remainder = remainderReportingOverflow(dividingBy: divisor).partialValue
    return remainder == 0 || (remainder < 0) == (divisor < 0) ? remainder : remainder + divisor
  }

  /// Nil if the power has more than 64 bits.
  func power(_ exponent: Int) -> Int? {
    var result = 1
    var (base, rest) = (self, exponent)
    while rest > 0 {
      if rest & 1 == 1 {
        let (product, isOverflow) = result.multipliedReportingOverflow(by: base)
        guard !isOverflow else { return nil }
        result = product
      }
      rest >>= 1
      guard rest > 0 else { break }
      let (square, isOverflow) = base.multipliedReportingOverflow(by: base)
      guard !isOverflow else { return nil }
      base = square
    }
    return result
  }
}

/// A number as a text writes it, exactly: numbers are equal if and only if their values are.
///
/// A decimal of any length is kept as its digits and a power of ten. A fraction has at most 18
/// digits above and below its line; in lowest terms it is a decimal too if it ends.
package enum ExactNumber: Sendable, Hashable {
  /// ± 0.DIGITS × 10^exponent, without zeros at either end of the digits; none for zero.
  case decimal(isNegative: Bool, digits: [UInt8], exponent: Int)
  /// A fraction in lowest terms that is not a decimal.
  case fraction(isNegative: Bool, numerator: UInt64, denominator: UInt64)

  /// Reads a text that is one number: `-1,250.5`, `$72.00`, `18 apples.`, `50%`, `1.5e-3`, `3/4`,
  /// `\frac{3}{4}`.
  /// - Returns: nil if it is not one number. It takes time in proportion to the text.
  package init?(_ text: String) {
    // The minus sign of typography is a minus.
    var reader = NumberReader(Array(text.replacing("\u{2212}", with: "-").utf8))
    guard let number = reader.number() else { return nil }
    self = number
  }

  /// The decimal ± DIGITS × 10^power.
  /// - Returns: nil if the exponent is too large for arithmetic.
  init?(isNegative: Bool, digits: some BidirectionalCollection<UInt8>, power: Int) {
    let significant = digits.drop { $0 == 0 }
    let (exponent, isTooLarge) = power.addingReportingOverflow(significant.count)
    guard !isTooLarge else { return nil }
    var kept = Array(significant)
    while kept.last == 0 { kept.removeLast() }
    let isZero = kept.isEmpty
    self = .decimal(
      isNegative: isNegative && !isZero, digits: kept, exponent: isZero ? 0 : exponent)
  }

  /// A fraction of whole numbers with at most 18 digits.
  /// - Returns: nil if the denominator is 0.
  init?(isNegative: Bool, numerator: UInt64, denominator: UInt64) {
    guard denominator != 0 else { return nil }
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    let (above, below) = (numerator / divisor, denominator / divisor)
    guard Self.isDecimal(below) else {
      self = .fraction(isNegative: isNegative, numerator: above, denominator: below)
      return
    }
    var digits = (above / below).digits
    var (rest, places) = (above % below, 0)
    while rest != 0 {
      // A denominator below 10^18 leaves room for the tenfold rest.
      digits.append(UInt8(rest * 10 / below))
      rest = rest * 10 % below
      places += 1
    }
    self.init(isNegative: isNegative, digits: digits, power: -places)
  }

  /// True if fractions in lowest terms with this denominator end as decimals.
  private static func isDecimal(_ denominator: UInt64) -> Bool {
    var rest = denominator
    for prime: UInt64 in [2, 5] {
      while rest.isMultiple(of: prime) { rest /= prime }
    }
    return rest == 1
  }
}

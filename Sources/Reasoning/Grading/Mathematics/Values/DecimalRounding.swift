/// Decimals as rounded forms of numbers that have no finite decimal form.
///
/// A decimal is exact: 0.333 is not 1/3, and 0.52 is not 0.5. One exception is made, for a number
/// that cannot be written as a decimal, such as 1/3, √2 or π. A decimal is right for it if it is
/// this number correctly rounded at the decimal's last place, and has at least three significant
/// digits as a reference and at least six as an answer. From the twelfth digit on it is not read.
enum DecimalRounding {
  static let digitsOfReference = 3
  static let digitsOfAnswer = 6
  private static let digitsRead = 12

  static func areEqual(answer: MathNode, reference: MathNode) -> Bool {
    if let decimal = Decimal(reference), decimal.digits >= digitsOfReference {
      return decimal.rounds(answer)
    }
    if let decimal = Decimal(answer), decimal.digits >= digitsOfAnswer {
      return decimal.rounds(reference)
    }
    return false
  }

  /// A decimal with places after its point, and half a unit of its last place.
  private struct Decimal {
    let value: Double
    let digits: Int
    let half: Double

    /// - Returns: nil if the expression is not a decimal as written.
    init?(_ node: MathNode) {
      switch node {
      case .number(let number):
        guard number.places > 0, number.places <= 200, abs(number.exponent) <= 200 else {
          return nil
        }
        digits = number.significant.count
        var evaluation = ApproximateEvaluation(point: 0)
        guard let approximation = evaluation.value(node) else { return nil }
        value = approximation.value
        let excess = max(0, digits - digitsRead)
        let exponent = number.exponent - number.places + excess
        guard let unit = Double("1e\(exponent)") else { return nil }
        half = unit / 2
      case .negative(let part):
        guard let decimal = Decimal(part) else { return nil }
        (value, digits, half) = (-decimal.value, decimal.digits, decimal.half)
      case .product(let parts):
        // 1.5 × 10^3
        guard parts.count == 2, let decimal = Decimal(parts[0]),
          case .power(let ten, let exponent) = parts[1], ten.fraction == SmallFraction(10),
          let power = exponent.fraction, power.isWhole, abs(power.above) <= 200,
          let scale = Double("1e\(power.above)")
        else { return nil }
        (value, digits, half) = (decimal.value * scale, decimal.digits, decimal.half * scale)
      default: return nil
      }
    }

    /// True if the number has no finite decimal form and rounds to this one.
    func rounds(_ number: MathNode) -> Bool {
      guard !number.hasVariable, Decimal(number) == nil else { return false }
      if let fraction = number.fraction, fraction.isDecimal { return false }
      var evaluation = ApproximateEvaluation(point: 0)
      guard let exact = evaluation.value(number), exact.error < half / 4 else { return false }
      let isCut = digits > digitsRead
      return abs(exact.value - value) <= half + exact.error + (isCut ? half : 0)
    }
  }
}

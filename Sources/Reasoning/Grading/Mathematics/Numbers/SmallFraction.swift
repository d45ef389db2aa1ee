/// A fraction of machine integers, exact; operations that would not fit have no result.
///
/// Exponents, coefficients of angles and radicands are read from it.
struct SmallFraction: Hashable, Sendable {
  let above: Int
  let below: Int

  static let zero = SmallFraction(0)
  static let one = SmallFraction(1)

  init(_ whole: Int) { (above, below) = (whole, 1) }

  /// The fraction in lowest terms.
  /// - Returns: nil if `below` is 0 or a part does not fit.
  init?(_ above: Int, _ below: Int) {
    guard below != 0, above != .min, below != .min else { return nil }
    let divisor = max(1, above.magnitude.greatestCommonDivisor(with: below.magnitude))
    let sign = below < 0 ? -1 : 1
    self.above = sign * (above / Int(divisor))
    self.below = sign * (below / Int(divisor))
  }

  var isWhole: Bool { below == 1 }
  var isZero: Bool { above == 0 }
  var negated: SmallFraction { SmallFraction(-above, below) ?? self }
  var value: Double { Double(above) / Double(below) }

  /// True if the fraction ends as a decimal.
  var isDecimal: Bool {
    var rest = below
    for prime in [2, 5] { while rest.isMultiple(of: prime) { rest /= prime } }
    return rest == 1
  }

  func adding(_ other: SmallFraction) -> SmallFraction? {
    let first = above.multipliedReportingOverflow(by: other.below)
    let second = other.above.multipliedReportingOverflow(by: below)
    let sum = first.partialValue.addingReportingOverflow(second.partialValue)
    let bottom = below.multipliedReportingOverflow(by: other.below)
    guard !first.overflow, !second.overflow, !sum.overflow, !bottom.overflow else { return nil }
    return SmallFraction(sum.partialValue, bottom.partialValue)
  }

  func multiplied(by other: SmallFraction) -> SmallFraction? {
    let top = above.multipliedReportingOverflow(by: other.above)
    let bottom = below.multipliedReportingOverflow(by: other.below)
    guard !top.overflow, !bottom.overflow else { return nil }
    return SmallFraction(top.partialValue, bottom.partialValue)
  }

  var inverse: SmallFraction? { SmallFraction(below, above) }

  func raised(to exponent: Int) -> SmallFraction? {
    guard abs(exponent) <= 64 else { return nil }
    guard let base = exponent < 0 ? inverse : self else { return nil }
    var result = SmallFraction.one
    for _ in 0..<abs(exponent) {
      guard let next = result.multiplied(by: base) else { return nil }
      result = next
    }
    return result
  }

  /// The prime factors of a positive integer with their powers; a rest without factors below
  /// 2^16, which may be a product of two primes, counts as one unless it is a square.
  static func factors(of number: Int) -> [(prime: Int, power: Int)] {
    var factors: [(prime: Int, power: Int)] = []
    var rest = number
    var divisor = 2
    while divisor < 1 << 16, divisor * divisor <= rest {
      var power = 0
      while rest.isMultiple(of: divisor) {
        rest /= divisor
        power += 1
      }
      if power > 0 { factors.append((divisor, power)) }
      divisor += divisor == 2 ? 1 : 2
    }
    if rest > 1 {
      let root = Int(Double(rest).squareRoot().rounded())
      factors.append(
        root.multipliedReportingOverflow(by: root).partialValue == rest
          ? (root, 2) : (rest, 1))
    }
    return factors
  }
}

extension MathNode {
  /// The value of a number written with numbers alone, if it is a fraction that fits.
  var fraction: SmallFraction? {
    switch self {
    case .number(let number): return number.fraction
    case .negative(let part): return part.fraction?.negated
    case .sum(let parts):
      return parts.reduce(SmallFraction.zero) { sum, part in
        guard let sum, let next = part.fraction else { return nil }
        return sum.adding(next)
      }
    case .product(let parts):
      return parts.reduce(SmallFraction.one) { product, part in
        guard let product, let next = part.fraction else { return nil }
        return product.multiplied(by: next)
      }
    case .quotient(let above, let below):
      guard let above = above.fraction, let inverse = below.fraction?.inverse else { return nil }
      return above.multiplied(by: inverse)
    case .power(let base, let exponent):
      guard let exponent = exponent.fraction, exponent.isWhole else { return nil }
      return base.fraction?.raised(to: exponent.above)
    case .percent(let part): return part.fraction?.multiplied(by: SmallFraction(1, 100)!)
    case .root(2, let part):
      // √9 is whole.
      guard let inside = part.fraction, inside.above >= 0 else { return nil }
      let (above, below) = (Self.root(inside.above), Self.root(inside.below))
      return above.flatMap { above in below.flatMap { SmallFraction(above, $0) } }
    default: return nil
    }
  }

  private static func root(_ number: Int) -> Int? {
    let root = Int(Double(number).squareRoot().rounded())
    let (square, overflow) = root.multipliedReportingOverflow(by: root)
    return !overflow && square == number ? root : nil
  }
}

extension NumberText {
  var fraction: SmallFraction? {
    guard significant.count <= 18, abs(exponent) <= 18, places <= 18 else { return nil }
    let whole = significant.reduce(0) { 10 * $0 + Int($1) }
    let power = exponent - places
    guard let scale = SmallFraction(10).raised(to: power) else { return nil }
    return SmallFraction(whole).multiplied(by: scale)
  }
}

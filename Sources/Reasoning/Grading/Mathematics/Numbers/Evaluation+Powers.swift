/// Powers, roots and logarithms, by rules that hold for positive numbers.
extension Evaluation {
  /// b^x. The exponent is taken apart as a sum of numbers and of multiples of names, so that
  /// 2^(x + 1) = 2 · 2^x and 4^x = 2^(2x).
  mutating func power(_ base: MathNode, _ exponent: MathNode) throws(MathReadingError) -> Residue {
    if let fraction = exponent.fraction { return try root(base, fraction) }
    // e^(iφ) turns by the angle φ (Euler).
    if base == .symbol("e"), let angle = Self.withoutImaginaryUnit(exponent) {
      return try rotation(try terms(angle))
    }
    return try power(base, try terms(exponent))
  }

  private mutating func power(
    _ base: MathNode, _ terms: [Term]
  ) throws(MathReadingError) -> Residue {
    var result = Residue.one
    if let fraction = base.fraction, fraction.above > 0, fraction != .one {
      let parts = try factors(of: fraction)
      try step(parts.count * (terms.count + 1))
      for term in terms where term.key != nil {
        for (prime, power) in parts {
          guard let coefficient = term.coefficient.multiplied(by: SmallFraction(power)) else {
            throw .unfit
          }
          result = field.multiply(
            result, try named([Residue(real: field.reduced(prime)), term.key!], coefficient))
        }
      }
    } else if base.fraction != .one {
      let key = try value(base)
      for term in terms where term.key != nil {
        result = field.multiply(result, try named([key, term.key!], term.coefficient))
      }
    }
    for term in terms where term.key == nil {
      result = field.multiply(result, try root(base, term.coefficient))
    }
    return result
  }

  /// The power of a name that stands for base^key.
  private func named(
    _ key: [Residue], _ coefficient: SmallFraction
  ) throws(MathReadingError) -> Residue {
    guard let exponent = field.exponent(coefficient) else { throw .unfit }
    return Residue(real: field.power(point.random("power", key), exponent))
  }

  /// b^(m/n).
  mutating func root(
    _ base: MathNode, _ exponent: SmallFraction
  ) throws(MathReadingError) -> Residue {
    if exponent.isWhole {
      let inside = try value(base)
      guard let power = field.power(inside, exponent.above) else { throw .undefined }
      return power
    }
    if let fraction = base.fraction { return try root(fraction, exponent) }
    // (x^2)^(1/2) and √(a b) are taken apart by the rules for the values alone.
    let inside = try value(base)
    return try root(inside, exponent)
  }

  /// A root of a value: among the squares it is unique.
  private func root(
    _ inside: Residue, _ exponent: SmallFraction
  ) throws(MathReadingError) -> Residue {
    guard inside.isReal, let power = field.exponent(exponent) else { throw .unfit }
    if inside == .zero {
      guard exponent.above > 0 else { throw .undefined }
      return .zero
    }
    if field.isSquare(inside.real) { return Residue(real: field.power(inside.real, power)) }
    // An odd root of -x is minus that of x.
    guard !exponent.below.isMultiple(of: 2) else { throw .unfit }
    let size = Residue(real: field.power(field.subtract(0, inside.real), power))
    return exponent.above.isMultiple(of: 2) ? size : field.negate(size)
  }

  /// A root of a fraction, as a product of those of its primes; √-3 is i√3, ∛-8 is -2.
  private mutating func root(
    _ base: SmallFraction, _ exponent: SmallFraction
  ) throws(MathReadingError) -> Residue {
    if base.isZero {
      guard exponent.above > 0 else { throw .undefined }
      return .zero
    }
    var result = Residue.one
    if base.above < 0 {
      let isOdd = !exponent.below.isMultiple(of: 2)
      guard isOdd || exponent.below == 2 else { throw .unfit }
      if isOdd {
        if !exponent.above.isMultiple(of: 2) { result = field.negate(result) }
      } else {
        // i^m for (-1)^(m/2)
        guard let unit = field.power(Residue.i, exponent.above) else { throw .undefined }
        result = unit
      }
    }
    for (prime, power) in try factors(of: base.above < 0 ? base.negated : base) {
      guard let total = exponent.multiplied(by: SmallFraction(power)) else { throw .unfit }
      result = field.multiply(result, try root(prime: prime, total))
    }
    return result
  }

  /// The primes of a positive fraction with their powers, negative below its line.
  private mutating func factors(
    of fraction: SmallFraction
  ) throws(MathReadingError) -> [(prime: Int, power: Int)] {
    // Finding the factors of a large number costs as much as hundreds of multiplications.
    for part in [fraction.above, fraction.below] where part > 1 << 16 {
      try step(Int(min(65_536, Double(part).squareRoot())) / 64)
    }
    return SmallFraction.factors(of: fraction.above)
      + SmallFraction.factors(of: fraction.below).map { ($0.prime, -$0.power) }
  }

  private func root(
    prime: Int, _ exponent: SmallFraction
  ) throws(MathReadingError) -> Residue {
    let base = Residue(real: field.reduced(prime))
    let whole: Residue?
    if exponent.isWhole {
      whole = field.power(base, exponent.above)
    } else if exponent.below == 2, !field.isSquare(base.real) {
      // P ≡ 3 mod 4: √p is i √-p, whose square is p as well.
      let root = field.power(field.subtract(0, base.real), (field.prime + 1) / 4)
      whole = field.power(Residue(real: 0, imaginary: root), exponent.above)
    } else {
      whole = try root(base, exponent)
    }
    guard let whole else { throw .undefined }
    return whole
  }

  // MARK: - Logarithms

  /// ln x by the rules ln(ab) = ln a + ln b and ln(a^r) = r ln a; ln of a prime is a name.
  mutating func logarithm(_ node: MathNode) throws(MathReadingError) -> Residue {
    try step()
    if let fraction = node.fraction {
      guard fraction.above > 0 else { throw .undefined }
      return try logarithm(of: fraction)
    }
    switch node {
    case .symbol("e"): return .one
    case .product(let parts):
      var sum = Residue.zero
      for part in parts { sum = field.add(sum, try logarithm(part)) }
      return sum
    case .quotient(let above, let below):
      return field.add(try logarithm(above), field.negate(try logarithm(below)))
    case .power(let base, let exponent):
      return field.multiply(try value(exponent), try logarithm(base))
    case .root(let index, let part):
      let share = point.value(SmallFraction(1, index) ?? .one)
      return field.multiply(share, try logarithm(part))
    default:
      let inside = try value(node)
      guard inside != .zero else { throw .undefined }
      return Residue(real: point.random("ln", [inside]))
    }
  }

  mutating func logarithm(of fraction: SmallFraction) throws(MathReadingError) -> Residue {
    try factors(of: fraction).reduce(Residue.zero) { sum, factor in
      let name = Residue(real: field.reduced(factor.prime))
      let term = field.multiply(point.random("ln", [name]), field.reduced(factor.power))
      return field.add(sum, Residue(real: term))
    }
  }

  /// sinh, cosh, tanh and coth by e^x.
  mutating func hyperbolic(
    _ name: String, _ argument: MathNode
  ) throws(MathReadingError) -> Residue {
    let growth = try power(.symbol("e"), argument)
    let decay = try inverse(growth)
    let half = point.value(SmallFraction(1, 2)!)
    let sine = field.multiply(half, field.add(growth, field.negate(decay)))
    let cosine = field.multiply(half, field.add(growth, decay))
    switch name {
    case "sinh": return sine
    case "cosh": return cosine
    case "tanh": return field.multiply(sine, try inverse(cosine))
    default: return field.multiply(cosine, try inverse(sine))
    }
  }
}

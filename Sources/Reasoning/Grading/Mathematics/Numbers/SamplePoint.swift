/// A point where expressions are evaluated exactly, modulo a prime: every name has a random value.
///
/// Two expressions that are equal are equal at every point. Two that differ are equal at a random
/// point with a chance of about their degree in 2^61 (Schwartz 1980, Zippel 1979). π, e, the
/// logarithms of primes and the values of functions without rules are names like variables: they
/// are taken to be independent.
struct SamplePoint: Sendable {
  let field: PrimeField
  /// Numbers and the values of constants depend on the prime alone, those of variables on this too.
  let seed: UInt64

  /// The points of all verdicts, in pairs of one prime; they are the same for every text.
  static let pairs: [(SamplePoint, SamplePoint)] = PrimeField.all.indices.map { index in
    let field = PrimeField.all[index]
    return (
      SamplePoint(field: field, seed: UInt64(2 * index)),
      SamplePoint(field: field, seed: UInt64(2 * index + 1))
    )
  }

  // MARK: - Random values

  /// A square that belongs to a text and, unless `isConstant`, to this point.
  func random(_ text: String, isConstant: Bool = false) -> UInt64 {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return square(isConstant ? state : Self.mixed(state ^ Self.mixed(seed &+ 1)))
  }

  /// A square that belongs to a function and the values of its arguments.
  func random(_ name: String, _ values: [Residue]) -> UInt64 {
    var state = random(name, isConstant: true)
    for value in values {
      state = Self.mixed(state ^ value.real)
      state = Self.mixed(state ^ value.imaginary &+ 0x9E37_79B9_7F4A_7C15)
    }
    return square(state)
  }

  private func square(_ state: UInt64) -> UInt64 {
    let value = max(2, Self.mixed(state ^ field.prime) % field.prime)
    return field.multiply(value, value)
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var state = value &+ 0x9E37_79B9_7F4A_7C15
    state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
    return state ^ (state >> 31)
  }

  // MARK: - Numbers

  /// The value of digits of any length.
  func value(_ digits: some Sequence<UInt8>, base: UInt64 = 10) -> UInt64 {
    digits.reduce(0) { field.add(field.multiply($0, base), UInt64($1)) }
  }

  func value(_ fraction: SmallFraction) -> Residue {
    let below = field.inverse(field.reduced(fraction.below))
    return Residue(real: field.multiply(field.reduced(fraction.above), below))
  }

  func value(_ number: NumberText) -> Residue {
    let digits = value(number.digits)
    let power = number.exponent.subtractingReportingOverflow(number.places).partialValue
    let scale = field.power(10, UInt64(power.magnitude))
    return Residue(
      real: field.multiply(digits, power < 0 ? field.inverse(scale) : scale))
  }

  /// 0.1\overline{6}: the digits with one period less the digits without, over 9…90…0.
  func value(_ number: NumberText, period: [UInt8]) -> Residue {
    let start = value(number.digits)
    let whole = value(number.digits + period)
    let nines = field.subtract(field.power(10, UInt64(period.count)), 1)
    let below = field.multiply(nines, field.power(10, UInt64(number.places)))
    return Residue(
      real: field.multiply(field.subtract(whole, start), field.inverse(below)))
  }
}

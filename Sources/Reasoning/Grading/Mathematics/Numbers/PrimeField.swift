/// Arithmetic modulo a prime P = 2q + 1 with q prime, chosen to resemble the real numbers.
///
/// -1 is not a square modulo P, so that a square root of -1 makes a field of P² elements as it
/// makes the complex numbers. The squares are a group of odd order q, and stand for the positive
/// numbers: each has exactly one square root among them, and one n-th root for every n below q, so
/// that the laws of powers with fractions hold. P + 1 is divisible by 5040 and by the primes to 31,
/// which makes these primes squares and gives the roots of unity that angles need.
struct PrimeField: Sendable, Hashable {
  let prime: UInt64

  /// (P - 1) / 2, the number of squares.
  var order: UInt64 { (prime - 1) / 2 }

  /// The largest primes of the kind below 2^61, down from the 40th.
  static let all: [PrimeField] = [
    2_305_749_290_473_268_639, 2_304_026_074_742_071_679, 2_303_159_653_424_710_079,
    2_303_130_772_714_131_359,
    2_303_005_622_968_290_239, 2_302_610_919_923_714_399, 2_302_533_904_695_504_479,
    2_302_437_635_660_242_079,
    2_302_148_828_554_454_879, 2_301_455_691_500_565_599, 2_300_675_912_314_940_159,
    2_300_319_716_884_469_279,
    2_299_973_148_357_524_639, 2_299_713_221_962_316_159, 2_299_289_638_207_161_599,
    2_299_241_503_689_530_399,
    2_298_740_904_706_165_919, 2_298_644_635_670_903_519, 2_298_635_008_767_377_279,
    2_297_258_361_563_124_959,
    2_297_181_346_334_915_039, 2_296_613_359_026_866_879, 2_295_862_460_551_820_159,
    2_295_775_818_420_083_999,
    2_295_304_100_147_298_239, 2_295_265_592_533_193_279, 2_294_225_886_952_359_359,
    2_294_023_721_978_308_319,
    2_293_484_615_380_838_879, 2_293_061_031_625_684_319, 2_292_878_120_458_685_759,
    2_292_589_313_352_898_559,
  ].map(PrimeField.init)

  func add(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let sum = first + second
    return sum >= prime ? sum - prime : sum
  }

  func subtract(_ first: UInt64, _ second: UInt64) -> UInt64 {
    first >= second ? first - second : first + prime - second
  }

  func multiply(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let product = first.multipliedFullWidth(by: second)
    return prime.dividingFullWidth(product).remainder
  }

  func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, square, rest): (UInt64, UInt64, UInt64) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = multiply(result, square) }
      square = multiply(square, square)
      rest >>= 1
    }
    return result
  }

  /// Fermat: x^(P - 2) is 1/x.
  func inverse(_ value: UInt64) -> UInt64 { power(value, prime - 2) }

  /// Euler's criterion.
  func isSquare(_ value: UInt64) -> Bool { value == 0 || power(value, order) == 1 }

  func reduced(_ value: Int) -> UInt64 {
    let size = UInt64(value.magnitude) % prime
    return value < 0 && size > 0 ? prime - size : size
  }

  /// The fraction as an element of the integers modulo q, in which exponents of squares live.
  /// - Returns: nil if its denominator has no inverse there.
  func exponent(_ fraction: SmallFraction) -> UInt64? {
    let exponents = PrimeField(prime: order)
    let below = exponents.reduced(fraction.below)
    guard below != 0 else { return nil }
    return exponents.multiply(exponents.reduced(fraction.above), exponents.inverse(below))
  }
}

/// An element a + b·i of the field with P² elements.
struct Residue: Hashable, Sendable {
  var real: UInt64
  var imaginary: UInt64 = 0

  static let zero = Residue(real: 0)
  static let one = Residue(real: 1)
  static let i = Residue(real: 0, imaginary: 1)

  var isReal: Bool { imaginary == 0 }
}

extension PrimeField {
  func add(_ first: Residue, _ second: Residue) -> Residue {
    Residue(
      real: add(first.real, second.real), imaginary: add(first.imaginary, second.imaginary))
  }

  func negate(_ value: Residue) -> Residue {
    Residue(real: subtract(0, value.real), imaginary: subtract(0, value.imaginary))
  }

  func multiply(_ first: Residue, _ second: Residue) -> Residue {
    guard !first.isReal || !second.isReal else {
      return Residue(real: multiply(first.real, second.real))
    }
    return Residue(
      real: subtract(
        multiply(first.real, second.real), multiply(first.imaginary, second.imaginary)),
      imaginary: add(
        multiply(first.real, second.imaginary), multiply(first.imaginary, second.real)))
  }

  /// - Returns: nil for zero.
  func inverse(_ value: Residue) -> Residue? {
    guard value != .zero else { return nil }
    guard !value.isReal else { return Residue(real: inverse(value.real)) }
    let norm = add(
      multiply(value.real, value.real), multiply(value.imaginary, value.imaginary))
    let scale = inverse(norm)
    return Residue(
      real: multiply(value.real, scale),
      imaginary: multiply(subtract(0, value.imaginary), scale))
  }

  func power(_ base: Residue, _ exponent: UInt64) -> Residue {
    guard !base.isReal else { return Residue(real: power(base.real, exponent)) }
    var (result, square, rest) = (Residue.one, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = multiply(result, square) }
      square = multiply(square, square)
      rest >>= 1
    }
    return result
  }

  /// - Returns: nil for a negative power of zero.
  func power(_ base: Residue, _ exponent: Int) -> Residue? {
    guard exponent < 0 else { return power(base, UInt64(exponent)) }
    return inverse(base).map { power($0, UInt64(exponent.magnitude)) }
  }
}

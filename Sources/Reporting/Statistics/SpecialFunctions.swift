/// The functions from which exact intervals are computed. They use only the basic operations of
/// IEEE 754, as in `StudentT`: the bytes of tables with intervals must not depend on a machine's
/// mathematical library.
package enum SpecialFunctions {
  private static let ln2 = 0.6931471805599453

  /// The natural logarithm of a positive number, by log x = e · log 2 + 2 artanh((m − 1) / (m + 1))
  /// with m between √½ and √2.
  static func log(_ x: Double) -> Double {
    var (mantissa, exponent) = (x.significand, Double(x.exponent))
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    let z = (mantissa - 1) / (mantissa + 1)
    let series = stride(from: 25, through: 1, by: -2).reduce(0.0) { 1 / Double($1) + $0 * z * z }
    return exponent * ln2 + 2 * z * series
  }

  /// eˣ: powers of two for the whole part of x / log 2, and the Taylor series for the rest.
  static func exp(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    let power = (x / ln2).rounded()
    let rest = x - power * ln2
    let series = stride(from: 18, through: 1, by: -1).reduce(1.0) { 1 + $0 * rest / Double($1) }
    return Double(sign: .plus, exponent: Int(power), significand: series)
  }

  /// log Γ(x) of a positive number: Stirling's series (Abramowitz & Stegun, 6.1.41) for x ≥ 12, and
  /// Γ(x) = Γ(x + 1) / x below.
  static func logGamma(_ x: Double) -> Double {
    var (shifted, product) = (x, 1.0)
    while shifted < 12 {
      product *= shifted
      shifted += 1
    }
    let u = 1 / (shifted * shifted)
    let series = (1 / 12.0 - u * (1 / 360.0 - u * (1 / 1260.0 - u * (1 / 1680.0)))) / shifted
    return (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * Double.pi) + series
      - log(product)
  }

  /// The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz &
  /// Stegun, 26.5.8, evaluated by Lentz's method), on the side where it converges.
  ///
  /// - Precondition: a and b are positive; x lies in 0...1.
  package static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x))
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (d.magnitude < tiny ? tiny : d)
    var fraction = d
    for m in 1...20_000 {
      let m = Double(m)
      for step in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + step * d
        d = 1 / (d.magnitude < tiny ? tiny : d)
        c = 1 + step / c
        if c.magnitude < tiny { c = tiny }
        fraction *= c * d
      }
      if (c * d - 1).magnitude < 1e-15 { break }
    }
    return min(1, front * fraction / a)
  }

  /// The quantile of the beta distribution at `probability`.
  static func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if incompleteBeta(middle, a, b) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

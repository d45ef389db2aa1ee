/// Student's t distribution with a whole number of degrees of freedom.
///
/// Formulas are those of Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964). Only the
/// basic operations and square roots of IEEE 754 are used: the bytes of tables with quantiles must
/// not depend on a machine's mathematical library.
package enum StudentT {
  /// The value that a t-distributed number stays below with the given probability.
  ///
  /// The relative error is about 1e-12 for probabilities up to 0.9999.
  ///
  /// - Precondition: `probability` lies strictly between 0 and 1; `degreesOfFreedom` is at least 1.
  package static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile's probability is inside (0, 1)")
    precondition(degreesOfFreedom >= 1, "at least one degree of freedom")
    if probability == 0.5 { return 0 }
    if probability < 0.5 {
      return -quantile(1 - probability, degreesOfFreedom: degreesOfFreedom)
    }
    guard degreesOfFreedom <= exactLimit else {
      return expansion(
        normal: normalQuantile(probability), degreesOfFreedom: Double(degreesOfFreedom))
    }
    let central = 2 * probability - 1
    return bisect { centralProbability($0, degreesOfFreedom: degreesOfFreedom) < central }
  }

  /// The quantile for a fractional number of degrees of freedom, which estimated ones are:
  /// interpolated between two whole numbers, linearly in 1/ν.
  package static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    let degrees = min(1e9, max(1, degreesOfFreedom))
    let low = Int(degrees)
    let below = quantile(probability, degreesOfFreedom: low)
    guard degrees > Double(low) else { return below }
    let above = quantile(probability, degreesOfFreedom: low + 1)
    let (u, v) = (1 / Double(low), 1 / Double(low + 1))
    return below + (u - 1 / degrees) / (u - v) * (above - below)
  }

  /// The probability that a t-distributed number is at least as far from 0 as `t`: equation 26.7.1,
  /// by the incomplete beta function.
  package static func twoSidedProbability(_ t: Double, degreesOfFreedom: Double) -> Double {
    let nu = max(1, degreesOfFreedom)
    guard t.isFinite else { return 0 }
    return SpecialFunctions.incompleteBeta(nu / (nu + t * t), nu / 2, 0.5)
  }

  /// Above this number, the asymptotic expansion is exact to double precision and much faster.
  private static let exactLimit = 1000

  /// A(t|ν), the probability of |T| ≤ t: equations 26.7.3 (odd ν) and 26.7.4 (even ν), with
  /// θ = arctan(t/√ν). All terms are positive, so nothing cancels.
  private static func centralProbability(_ t: Double, degreesOfFreedom: Int) -> Double {
    let nu = Double(degreesOfFreedom)
    let sine = t / (nu + t * t).squareRoot()
    let cosineSquared = nu / (nu + t * t)
    let isOdd = degreesOfFreedom % 2 == 1
    // The series' terms: odd 1, 2/3 c², (2·4)/(3·5) c⁴ …; even 1, 1/2 c², (1·3)/(2·4) c⁴ …
    var term = 1.0
    var sum = 0.0
    var index = isOdd ? 1 : 0
    while index <= degreesOfFreedom - 2 {
      sum += term
      term *= cosineSquared * Double(index + 1) / Double(index + 2)
      index += 2
    }
    guard isOdd else { return sine * sum }
    return 2 / Double.pi
      * (arctangent(t / nu.squareRoot()) + sine * cosineSquared.squareRoot() * sum)
  }

  /// Equation 26.7.5: the quantile as a series in powers of 1/ν around the normal quantile.
  private static func expansion(normal x: Double, degreesOfFreedom nu: Double) -> Double {
    let x2 = x * x
    let g1 = x * (x2 + 1) / 4
    let g2 = x * ((5 * x2 + 16) * x2 + 3) / 96
    let g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384
    let g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160
    return x + (g1 + (g2 + (g3 + g4 / nu) / nu) / nu) / nu
  }

  /// The normal quantile, by equation 26.2.11: Φ(x) − ½ = φ(x) Σ x²ⁿ⁺¹ / (1·3·5 … (2n + 1)), in
  /// which all terms are positive.
  private static func normalQuantile(_ probability: Double) -> Double {
    bisect { x in
      var term = x
      var sum = 0.0
      var odd = 1.0
      while sum + term != sum {
        sum += term
        odd += 2
        term *= x * x / odd
      }
      return exponential(-x * x / 2) / (2 * Double.pi).squareRoot() * sum < probability - 0.5
    }
  }

  /// arctan x for x ≥ 0: the angle is halved four times, arctan x = 2 arctan(x / (1 + √(1 + x²))),
  /// then equation 4.4.42, x − x³/3 + x⁵/5 − …
  private static func arctangent(_ x: Double) -> Double {
    let small = (0..<4).reduce(x) { x, _ in x / (1 + (1 + x * x).squareRoot()) }
    let series = stride(from: 23, through: 1, by: -2).reduce(0.0) { sum, n in
      1 / Double(n) - sum * small * small
    }
    return 16 * small * series
  }

  /// eˣ for x ≤ 0: the Taylor series at x/1024, squared ten times.
  private static func exponential(_ x: Double) -> Double {
    let small = x / 1024
    let series = stride(from: 8, through: 1, by: -1).reduce(1.0) { sum, n in
      1 + sum * small / Double(n)
    }
    return (0..<10).reduce(series) { power, _ in power * power }
  }

  /// Finds by bisection the positive number at which `isBelow` changes from true to false.
  private static func bisect(_ isBelow: (Double) -> Bool) -> Double {
    var lower = 0.0
    var upper = 1.0
    while isBelow(upper), upper < 1e100 {
      lower = upper
      upper *= 2
    }
    while true {
      let middle = lower + (upper - lower) / 2
      guard middle > lower, middle < upper else { return middle }
      if isBelow(middle) { lower = middle } else { upper = middle }
    }
  }
}

/// Elementary functions computed only from IEEE 754 basic operations, so that every machine gets
/// the same bits. The functions of libm differ between versions and processors.
///
/// Errors stay within a few units in the last place of a double for the ranges stated.
package enum DeterministicMath {
  private static let ln2High = 0x1.62e42feep-1  // 33 significant bits, so that k · ln2High is exact
  private static let ln2Low = 0x1.a39ef35793c76p-33

  /// eˣ: x = k ln 2 + r, |r| ≤ ln 2 / 2, Taylor to r¹³/13!.
  package static func exponential(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.782712893384 { return .infinity }
    if x < -745.2 { return 0 }
    let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    let r = (x - k * ln2High) - k * ln2Low
    var sum = 1.0
    for n in stride(from: 13, through: 1, by: -1) { sum = 1 + sum * r / Double(n) }
    // Applied as two factors, because 2ᵏ itself may overflow or be subnormal when eˣ does not.
    let half = Int(k) / 2
    return sum * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: Int(k) - half, significand: 1)
  }

  /// ln x: x = 2ᵏ m with m in [√½, √2), ln m = 2 artanh((m - 1) / (m + 1)) by its series.
  package static func logarithm(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x == .infinity { return x }
    var k = Double(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 {
      m /= 2
      k += 1
    }
    let s = (m - 1) / (m + 1)
    let s2 = s * s
    var sum = 0.0
    for n in stride(from: 21, through: 3, by: -2) { sum = (sum + 1 / Double(n)) * s2 }
    return k * ln2High + (2 * s + (2 * s * sum + k * ln2Low))
  }

  /// xʸ for x > 0.
  package static func power(_ x: Double, _ y: Double) -> Double {
    exponential(y * logarithm(x))
  }

  /// cos x for |x| up to about 10⁸ (absolute error 10⁻¹⁵ for |x| below 10⁵).
  package static func cosine(_ x: Double) -> Double {
    let (quadrant, r) = reduced(x)
    return switch quadrant {
    case 0: cosineSeries(r)
    case 1: -sineSeries(r)
    case 2: -cosineSeries(r)
    default: sineSeries(r)
    }
  }

  /// sin x, as `cosine`.
  package static func sine(_ x: Double) -> Double {
    let (quadrant, r) = reduced(x)
    return switch quadrant {
    case 0: sineSeries(r)
    case 1: cosineSeries(r)
    case 2: -sineSeries(r)
    default: -cosineSeries(r)
    }
  }

  /// x - k π/2 in three parts (Cody & Waite 1980); |result| ≤ π/4.
  private static func reduced(_ x: Double) -> (quadrant: Int, remainder: Double) {
    guard x.isFinite, abs(x) < 0x1p31 else { return (0, .nan) }
    let k = (x * 0.6366197723675814).rounded(.toNearestOrEven)
    let r = ((x - k * 0x1.921fb544p0) - k * 0x1.0b4611a6p-34) - k * 0x1.3198a2e037073p-69
    return (Int(k) & 3, r)
  }

  private static func sineSeries(_ r: Double) -> Double {
    let square = r * r
    var sum = 1.0
    for n in stride(from: 19, through: 3, by: -2) {
      sum = 1 - sum * square / Double(n * (n - 1))
    }
    return sum * r
  }

  private static func cosineSeries(_ r: Double) -> Double {
    let square = r * r
    var sum = 1.0
    for n in stride(from: 18, through: 2, by: -2) {
      sum = 1 - sum * square / Double(n * (n - 1))
    }
    return sum
  }
}

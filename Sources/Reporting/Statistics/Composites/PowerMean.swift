/// The weighted power mean (w a^ρ + (1 − w) b^ρ)^(1/ρ) of two positive numbers, which economists
/// call a function of constant elasticity of substitution; a^w b^(1 − w) for ρ = 0.
package enum PowerMean {
  /// Returns nil unless both numbers are positive.
  package static func of(_ a: Double, _ b: Double, weight: Double, exponent: Double) -> Double? {
    guard a > 0, b > 0, a.isFinite, b.isFinite else { return nil }
    let (x, y) = (SpecialFunctions.log(a), SpecialFunctions.log(b))
    guard exponent != 0 else { return SpecialFunctions.exp(weight * x + (1 - weight) * y) }
    // The larger power is taken out, so that neither overflows.
    let (p, q) = (exponent * x, exponent * y)
    let top = max(p, q)
    let sum = weight * SpecialFunctions.exp(p - top) + (1 - weight) * SpecialFunctions.exp(q - top)
    guard sum > 0 else { return nil }
    return SpecialFunctions.exp((top + SpecialFunctions.log(sum)) / exponent)
  }
}

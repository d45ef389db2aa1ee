/// Round numbers that divide a range: the edges of histograms and the ticks of axes.
///
/// After Heckbert, "Nice Numbers for Graph Labels", *Graphics Gems* (1990): steps are 1, 2 or 5
/// times a power of ten.
package struct NiceScale: Sendable, Hashable {
  package let lower: Double
  package let upper: Double
  package let step: Double

  /// The range widened to whole steps.
  ///
  /// - Precondition: both ends are within `limit` and `low <= high`.
  package init(covering low: Double, _ high: Double, parts: Int = 5) {
    precondition(
      low >= -Self.limit && high <= Self.limit && low <= high, "a scale covers a finite range")
    let step = Self.step(over: high - low, parts: parts, near: max(low.magnitude, high.magnitude))
    self.step = step
    // The small tolerance prevents an extra step for 0.3 / 0.1 = 2.9999999999999996.
    let first = (low / step + 1e-9).rounded(.down)
    let last = max(first + 1, (high / step - 1e-9).rounded(.up))
    lower = first * step
    upper = last * step
  }

  /// Numbers up to this size can be scaled without overflow; larger ones are treated as infinite.
  package static let limit = 1e290

  /// The multiples of `step` from `lower` to `upper`.
  package var ticks: [Double] {
    let first = (lower / step).rounded()
    let count = Int(((upper - lower) / step).rounded())
    return (0...count).map { (first + Double($0)) * step }
  }

  /// The number of decimals needed to tell neighbouring ticks apart.
  package var digits: Int {
    var digits = 0
    var scaled = step
    while digits < 12, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
      scaled *= 10
      digits += 1
    }
    return digits
  }

  /// The round step that divides `span` into about `parts`; if the span is zero, a step that suits
  /// numbers of the size `magnitude`.
  static func step(over span: Double, parts: Int, near magnitude: Double = 1) -> Double {
    let resolvable = max(magnitude * 1e-12, Double.leastNormalMagnitude * 1e20)
    let raw =
      span > resolvable
      ? span / Double(max(1, parts)) : (magnitude > resolvable ? magnitude / 10 : 1)
    var power = 1.0
    while power * 10 <= raw { power *= 10 }
    while power > raw { power /= 10 }
    let fraction = raw / power
    // The boundaries are the geometric means between 1, 2, 5 and 10.
    let nice: Double =
      if fraction < 1.4142135623730951 {
        1
      } else if fraction < 3.1622776601683795 {
        2
      } else if fraction < 7.0710678118654755 {
        5
      } else {
        10
      }
    return nice * power
  }
}

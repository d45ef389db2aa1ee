/// Elementary statistics of a list of numbers. Sums are taken in the order given, so that the same
/// numbers give the same bits on every machine.
package enum Statistics {
  /// The arithmetic mean; nil for an empty list.
  package static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The sample variance, Σ(x − x̄)² / (n − 1), in two passes; nil for fewer than two values.
  package static func sampleVariance(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(values.count - 1)
  }

  /// The quantile at `probability`, linear between order statistics: type 7 of Hyndman & Fan,
  /// "Sample Quantiles in Statistical Packages" (1996), the default of R and NumPy.
  ///
  /// - Precondition: `probability` lies in 0...1.
  package static func quantile(_ probability: Double, of values: [Double]) -> Double? {
    quantile(probability, ofSorted: values.sorted())
  }

  /// Like `quantile(_:of:)`, for values in ascending order.
  package static func quantile(_ probability: Double, ofSorted values: [Double]) -> Double? {
    precondition((0...1).contains(probability), "a probability lies in 0...1")
    guard let last = values.last else { return nil }
    let position = probability * Double(values.count - 1)
    let below = Int(position)
    guard below + 1 < values.count else { return last }
    return values[below] + (position - Double(below)) * (values[below + 1] - values[below])
  }
}

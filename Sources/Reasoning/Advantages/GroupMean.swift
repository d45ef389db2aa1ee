/// Mean that is exact when all values are equal.
///
/// A plain sum over n divided by n is not: three rewards of 0.95 have a mean of 0.95 - 1.1e-16, so
/// a group without any signal would still move the weights by the rounding error. Baselines,
/// standard deviations and whitening take their means here, so that equality is decided on the
/// rewards themselves.
package struct GroupMean: Sendable {
  /// The mean; 0 for no values.
  package let value: Double
  /// True if all values are equal, or if there are fewer than two.
  package let isAgreed: Bool

  package init(_ values: [Double]) {
    isAgreed = values.dropFirst().allSatisfy { $0 == values[0] }
    value = isAgreed ? values.first ?? 0 : values.reduce(0, +) / Double(values.count)
  }
}

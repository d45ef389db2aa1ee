/// The mean of values, which is their own value where all are equal.
///
/// A sum over n divided by n is not: three rewards of 0.95 have a mean of 0.95 - 1.1e-16, and a
/// group that has nothing to teach would move the weights by what is left. Baselines, deviations and
/// whitening take their means here, so that agreement is decided on the rewards themselves.
package struct GroupMean: Sendable {
  /// 0 of no values.
  package let value: Double
  /// Whether all values are equal; fewer than two are.
  package let isAgreed: Bool

  package init(_ values: [Double]) {
    isAgreed = values.dropFirst().allSatisfy { $0 == values[0] }
    value = isAgreed ? values.first ?? 0 : values.reduce(0, +) / Double(values.count)
  }
}

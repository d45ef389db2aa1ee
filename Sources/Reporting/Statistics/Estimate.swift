/// A mean with what is known about its error.
///
/// Over seeds each value is one run; over questions each value is one question's mean. One value, and
/// values that are all the same, have no standard error: it is nil, not zero.
package struct Estimate: Sendable, Hashable {
  package let mean: Double
  /// The standard error of the mean.
  package let standardError: Double?
  /// The 95 % confidence interval: Student's, or of scores between 0 and 1 that of `ShareInterval`.
  package let interval95: ClosedRange<Double>?
  /// How many values the mean is over.
  package let count: Int

  /// The mean of independent values, or of those of clusters; nil of nothing.
  package init?(_ values: [Double], clusters: [String]? = nil, isShare: Bool = false) {
    guard
      let estimate = PanelEstimate(
        of: [Panel([values], isShare: isShare, clusters: clusters)], statistic: { $0[0] })
    else { return nil }
    mean = estimate.value
    standardError = estimate.error.flatMap { error in
      // What is left of equal numbers is rounding.
      error.standardError > 1e-9 * estimate.value.magnitude ? error.standardError : nil
    }
    interval95 = estimate.interval()
    count = values.count
  }

  /// The mean over questions of the mean over each question's samples.
  ///
  /// Samples of one question are not independent, so the question is the unit: the standard error is
  /// that of the questions' means. (Miller, "Adding Error Bars to Evals", 2024, arXiv:2411.00640, on
  /// resampled answers.) With equally many samples for every question the mean is the plain mean.
  /// Questions without a sample are left out; nil when none is left.
  package init?(samples: [[Double]], clusters: [String]? = nil, isShare: Bool = false) {
    let kept = samples.indices.filter { !samples[$0].isEmpty }
    self.init(
      kept.compactMap { Statistics.mean(samples[$0]) },
      clusters: clusters.map { names in kept.map { names[$0] } }, isShare: isShare)
  }

  /// Half the width of the interval; of a share near 0 or 1 the longer side.
  package var margin95: Double? {
    interval95.map { max(mean - $0.lowerBound, $0.upperBound - mean) }
  }
}

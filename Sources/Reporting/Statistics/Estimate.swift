/// A mean with what is known about its error.
///
/// Over seeds, each value is one run; over questions, each value is the mean of one question. For a
/// single value, and for values that are all equal, the standard error is unknown: it is nil, not
/// zero.
package struct Estimate: Sendable, Hashable {
  package let mean: Double
  /// The standard error of the mean.
  package let standardError: Double?
  /// The 95 % confidence interval: Student's, or that of `ShareInterval` for scores between 0 and
  /// 1.
  package let interval95: ClosedRange<Double>?
  /// The number of values.
  package let count: Int

  /// The mean of independent or clustered values; nil for an empty list.
  package init?(_ values: [Double], clusters: [String]? = nil, isShare: Bool = false) {
    guard
      let estimate = GridEstimate(
        of: [SeedQuestionGrid([values], isShare: isShare, clusters: clusters)], statistic: { $0[0] }
      )
    else { return nil }
    mean = estimate.value
    standardError = estimate.error.flatMap { error in
      // For equal numbers the remaining difference is rounding error.
      error.standardError > 1e-9 * estimate.value.magnitude ? error.standardError : nil
    }
    interval95 = estimate.interval()
    count = values.count
  }

  /// The mean over questions of the mean over each question's samples.
  ///
  /// Samples of one question are not independent, so the question is the unit: the standard error
  /// is that of the questions' means (Miller, "Adding Error Bars to Evals", 2024, arXiv:2411.00640,
  /// on resampled answers). If all questions have the same number of samples, this is the plain
  /// mean. Questions without samples are left out; nil if none is left.
  package init?(samples: [[Double]], clusters: [String]? = nil, isShare: Bool = false) {
    let kept = samples.indices.filter { !samples[$0].isEmpty }
    self.init(
      kept.compactMap { Statistics.mean(samples[$0]) },
      clusters: clusters.map { names in kept.map { names[$0] } }, isShare: isShare)
  }

  /// Half the width of the interval; for a share near 0 or 1 the longer side.
  package var margin95: Double? {
    interval95.map { max(mean - $0.lowerBound, $0.upperBound - mean) }
  }
}

/// A mean with what is known about its error.
///
/// Over seeds each value is one run; over questions each value is one question's mean. One value has
/// no standard error and no interval: they are nil, not zero.
package struct Estimate: Sendable, Hashable {
  package let mean: Double
  /// The standard error of the mean; nil below two independent values.
  package let standardError: Double?
  /// How many independent values the mean is over.
  package let count: Int

  /// The mean of independent values; nil of nothing.
  package init?(_ values: [Double]) {
    guard let mean = Statistics.mean(values) else { return nil }
    self.mean = mean
    standardError = Statistics.standardError(values)
    count = values.count
  }

  /// The mean over questions of the mean over each question's samples.
  ///
  /// Samples of one question are not independent, so the question is the unit: the standard error is
  /// that of the questions' means. (Miller, "Adding Error Bars to Evals", 2024, arXiv:2411.00640, on
  /// resampled answers.) With equally many samples for every question the mean is the plain mean.
  /// Questions without a sample are left out; nil when none is left.
  package init?(clusters: [[Double]]) {
    self.init(clusters.compactMap(Statistics.mean))
  }

  /// Half the width of the 95 % confidence interval: t(0.975, n − 1) · standard error.
  package var margin95: Double? {
    standardError.map { $0 * StudentT.quantile(0.975, degreesOfFreedom: count - 1) }
  }

  /// The 95 % confidence interval of the mean by Student's t distribution.
  package var interval95: ClosedRange<Double>? {
    margin95.map { (mean - $0)...(mean + $0) }
  }
}

/// A share of successes among independent trials.
package struct Proportion: Sendable, Hashable {
  package let successes: Int
  package let count: Int

  /// - Precondition: `count` is positive and `successes` lies in 0...count.
  package init(_ successes: Int, of count: Int) {
    precondition(count > 0 && (0...count).contains(successes), "successes are among the trials")
    self.successes = successes
    self.count = count
  }

  package var share: Double { Double(successes) / Double(count) }

  /// The binomial standard error, √(p(1 − p) / n). It is zero at shares of 0 and 1, where
  /// `interval95` still has a width.
  package var standardError: Double { (share * (1 - share) / Double(count)).squareRoot() }

  /// The 95 % score interval (Wilson, "Probable Inference, the Law of Succession, and Statistical
  /// Inference", 1927).
  package var interval95: ClosedRange<Double> {
    let z = StudentT.normal975
    let n = Double(count)
    let denominator = 1 + z * z / n
    let center = (share + z * z / (2 * n)) / denominator
    let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot() / denominator
    // The formula's ends are exactly 0 and 1 at the extreme shares; rounding must not move them.
    let lower = successes == 0 ? 0 : max(0, center - half)
    let upper = successes == count ? 1 : min(1, center + half)
    return lower...upper
  }
}

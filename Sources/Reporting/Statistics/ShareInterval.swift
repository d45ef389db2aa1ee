/// Intervals of shares, which neither collapse where nothing or everything succeeded nor leave 0...1.
///
/// A share of n independent trials has the exact interval of Clopper & Pearson, "The Use of Confidence
/// or Fiducial Limits Illustrated in the Case of the Binomial" (1934). Clustered and crossed results
/// have that of Korn & Graubard, "Confidence Intervals for Proportions With Small Expected Number of
/// Positive Counts Estimated From Survey Data" (1998): the same, of as many trials as would leave the
/// error that was found.
package enum ShareInterval {
  /// The interval of a share of `count` independent trials. Neither number need be whole.
  package static func exact(
    successes: Double, of count: Double, level: Double = 0.95
  ) -> ClosedRange<Double> {
    let tail = (1 - level) / 2
    let failures = max(0, count - successes)
    let low =
      successes > 0 ? SpecialFunctions.betaQuantile(tail, successes, failures + 1) : 0
    let high =
      failures > 0 ? SpecialFunctions.betaQuantile(1 - tail, successes + 1, failures) : 1
    return min(low, high)...max(low, high)
  }

  /// The interval of a mean of scores between 0 and 1.
  ///
  /// The number of trials that stands for them is p (1 − p) · n / (n − 1) / variance, times the square
  /// of t(n − 1) / t(ν): fewer where the error itself is known from few seeds. It is at most the
  /// number of cells; and where no error was found, because all units agree, the number of units n,
  /// however many seeds and samples agree with them.
  ///
  /// - Parameters:
  ///   - error: the mean's own error, and what it is known from.
  ///   - units: independent units: questions, or clusters of them; of one question the seeds.
  ///   - cells: seeds times questions.
  package static func of(
    _ share: Double, error: EstimateError, units: Int, cells: Int, level: Double = 0.95
  ) -> ClosedRange<Double> {
    let share = min(1, max(0, share))
    let n = Double(units)
    let spread = share * (1 - share)
    guard spread > 1e-12, error.variance > 1e-12 * spread, units > 1 else {
      return exact(successes: share * n, of: n, level: level)
    }
    let probability = (1 + level) / 2
    let ratio =
      StudentT.quantile(probability, degreesOfFreedom: n - 1)
      / StudentT.quantile(probability, degreesOfFreedom: error.degreesOfFreedom)
    let trials = min(Double(cells), spread * n / (n - 1) / error.variance) * min(1, ratio * ratio)
    return exact(successes: share * trials, of: trials, level: level)
  }
}

/// Intervals of shares. They stay within 0...1, and do not collapse to a point if all trials or
/// none succeeded.
///
/// A share of n independent trials has the exact interval of Clopper & Pearson, "The Use of
/// Confidence or Fiducial Limits Illustrated in the Case of the Binomial" (1934). Clustered and
/// crossed results have that of Korn & Graubard, "Confidence Intervals for Proportions With Small
/// Expected Number of Positive Counts Estimated From Survey Data" (1998): the same interval for the
/// effective number of trials, which is the number that would give the observed error.
package enum ShareInterval {
  /// The interval of a share of `count` independent trials. Neither number needs to be whole.
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
  /// The effective number of trials is p (1 − p) · n / (n − 1) / variance, times the square of
  /// t(n − 1) / t(ν): it is smaller if the error itself is estimated from few seeds. It is at most
  /// the number of cells. If no error was found, because all units agree, it is the number of units
  /// n, however many seeds and samples agree with them.
  ///
  /// - Parameters:
  ///   - error: the error of the mean, with its degrees of freedom.
  ///   - units: the number of independent units: questions, or clusters of them; the seeds if there
  ///     is only one question.
  ///   - cells: the number of seeds times the number of questions.
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

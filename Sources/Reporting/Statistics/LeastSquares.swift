/// The least-squares line through points, y = intercept + slope · x, and how closely the points
/// follow it.
package struct LeastSquares: Sendable, Hashable {
  package let slope: Double
  package let intercept: Double
  /// Pearson's correlation; nil when y does not vary.
  package let correlation: Double?

  /// Fits a line; nil for fewer than two points, or if x does not vary.
  package init?(_ points: [(x: Double, y: Double)]) {
    guard let xMean = Statistics.mean(points.map(\.x)),
      let yMean = Statistics.mean(points.map(\.y))
    else { return nil }
    var (sxx, sxy, syy) = (0.0, 0.0, 0.0)
    for (x, y) in points {
      sxx += (x - xMean) * (x - xMean)
      sxy += (x - xMean) * (y - yMean)
      syy += (y - yMean) * (y - yMean)
    }
    guard sxx > 0 else { return nil }
    slope = sxy / sxx
    intercept = yMean - slope * xMean
    correlation = syy > 0 ? max(-1, min(1, sxy / (sxx * syy).squareRoot())) : nil
  }
}

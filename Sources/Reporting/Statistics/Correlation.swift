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

/// Spearman's rank correlation: measures whether one number rises with another, even if not
/// linearly.
package enum RankCorrelation {
  /// Pearson's correlation of the ranks; equal numbers get the mean of their ranks. Nil for fewer
  /// than two points, or if either number does not vary.
  package static func spearman(_ points: [(x: Double, y: Double)]) -> Double? {
    LeastSquares(Array(zip(ranks(points.map(\.x)), ranks(points.map(\.y)))))?.correlation
  }

  /// Ranks, starting at 1.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }
}

/// Sums over observations of one number y, or of pairs x and y. Adding the sums of two parts gives
/// the sums of the whole, so figures of any resample can be computed from the sums of its parts.
package struct Moments: Sendable, Hashable {
  package var count = 0.0
  package var x = 0.0
  package var y = 0.0
  package var xx = 0.0
  package var xy = 0.0
  package var yy = 0.0

  package init() {}

  /// One observation of one number.
  package init(_ y: Double) { self.init(x: 0, y: y) }

  /// One observation of two numbers.
  package init(x: Double, y: Double) {
    count = 1
    self.x = x
    self.y = y
    xx = x * x
    xy = x * y
    yy = y * y
  }

  /// Adds other observations, each counted `weight` times.
  package mutating func add(_ other: Moments, weight: Double = 1) {
    count += weight * other.count
    x += weight * other.x
    y += weight * other.y
    xx += weight * other.xx
    xy += weight * other.xy
    yy += weight * other.yy
  }

  package enum Figure: Sendable, Hashable {
    /// The mean of y.
    case mean
    /// Σ y / Σ x, for x that are not negative.
    case ratio
    /// The least-squares slope of y against x.
    case slope
    /// Pearson's correlation of x and y.
    case correlation
    /// Var[y] / Var[x].
    case varianceRatio
  }

  /// The value of a figure; nil if there are no observations, if Σ x of a ratio is 0, or if
  /// x does not vary, except for a mean or ratio.
  package func figure(_ figure: Figure) -> Double? {
    guard count > 0 else { return nil }
    let sxx = count * xx - x * x
    let sxy = count * xy - x * y
    // If all numbers are equal, the remaining variation is rounding error.
    let xVaries = sxx > 1e-12 * count * xx
    switch figure {
    case .mean: return y / count
    case .ratio: return x > 0 ? y / x : nil
    case .slope: return xVaries ? sxy / sxx : nil
    case .varianceRatio: return xVaries ? max(0, count * yy - y * y) / sxx : nil
    case .correlation:
      let syy = count * yy - y * y
      guard xVaries, syy > 1e-12 * count * yy else { return nil }
      return sxy / (sxx * syy).squareRoot()
    }
  }

  /// The influence of some of these observations on a figure of all, to first order: the derivative
  /// of the figure by the weight of that part. Influences sum to 0 over all parts. Nil if the
  /// figure is undefined.
  package func influence(of part: Moments, on figure: Figure) -> Double? {
    guard let value = self.figure(figure) else { return nil }
    let (mx, my) = (x / count, y / count)
    // The part's sums of squares and products about the means of all observations.
    let xx = part.xx - 2 * mx * part.x + mx * mx * part.count
    let yy = part.yy - 2 * my * part.y + my * my * part.count
    let xy = part.xy - mx * part.y - my * part.x + mx * my * part.count
    let (sxx, syy) = (self.xx - x * mx, self.yy - y * my)
    switch figure {
    case .mean: return (part.y - value * part.count) / count
    case .ratio: return (part.y - value * part.x) / x
    case .slope: return (xy - value * xx) / sxx
    case .varianceRatio: return (yy - value * xx) / sxx
    case .correlation:
      return xy / (sxx * syy).squareRoot() - value * (xx / sxx + yy / syy) / 2
    }
  }
}

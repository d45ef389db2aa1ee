import Reporting

/// The change that a claim is about, from the panels of its sides.
struct ClaimEstimate {
  /// What the claim is about, and what that is compared with; of a trend, the ends of the line.
  let value: Double
  let other: Double
  let change: Double
  let estimate: PanelEstimate
  /// A figure that is compared with a number has its own interval, which is moved and scaled.
  private let against: (number: Double, unit: Double)?

  /// - Parameters:
  ///   - panels: of every side, then of what each is relative to, if anything.
  ///   - sides: how many sides there are; of a trend the last comes first.
  /// - Returns: nil where it is undefined.
  init?(_ claim: Claim, _ panels: [Panel], sides: Int) {
    func ends(_ figures: [Double]) -> (value: Double, other: Double)? {
      var own = Array(figures.prefix(sides))
      for (index, base) in figures.dropFirst(sides).enumerated() {
        guard base != 0 else { return nil }
        own[index] /= base
      }
      if claim.expect.isTrend { return Self.line(own) }
      return (own[0], sides > 1 ? own[1] : claim.value ?? 0)
    }
    func change(_ figures: [Double]) -> Double? {
      guard let (value, other) = ends(figures) else { return nil }
      if claim.scale == .difference { return value - other }
      return other > 0 ? value / other - 1 : nil
    }
    let isPlain = panels.count == sides && !claim.expect.isTrend
    let isLevel = isPlain && sides == 1
    let form: PanelEstimate.Form =
      isLevel
      ? .level
      : isPlain && sides == 2
        ? claim.scale == .difference ? .difference : .ratio : .other(compared: sides)
    guard
      let estimate = PanelEstimate(
        of: panels, form: form, seedsAreFixed: claim.seeds == .fixed,
        statistic: { isLevel ? $0[0] : change($0) }),
      let figures = Self.figures(panels), let (value, other) = ends(figures),
      let found = change(figures)
    else { return nil }
    self.estimate = estimate
    self.value = value
    self.other = other
    self.change = found
    against = isLevel ? (other, claim.scale == .difference ? 1 : other) : nil
  }

  func interval(_ level: Double) -> ClosedRange<Double>? {
    guard let (number, unit) = against else { return estimate.interval(level) }
    return estimate.interval(level).map {
      ($0.lowerBound - number) / unit...($0.upperBound - number) / unit
    }
  }

  func detectable(_ level: Double) -> Double? {
    estimate.detectable(level).map { $0 / (against?.unit ?? 1) }
  }

  /// Under the seeds that all panels have.
  private static func figures(_ panels: [Panel]) -> [Double]? {
    let figures = PanelEstimate.underSharedSeeds(panels).compactMap(\.value)
    return figures.count == panels.count ? figures : nil
  }

  /// The ends of the least-squares line through figures at equal steps, the last figure first.
  private static func line(_ figures: [Double]) -> (value: Double, other: Double)? {
    let points = figures.reversed().enumerated().map { (x: Double($0), y: $1) }
    guard let fit = LeastSquares(points) else { return nil }
    return (fit.intercept + fit.slope * Double(points.count - 1), fit.intercept)
  }
}

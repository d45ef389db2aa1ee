import Reporting

/// The change that a claim is about, estimated from the grids of its sides.
struct ClaimEstimate {
  /// The figure of the claim's own side and the figure it is compared with; for a trend, the two
  /// ends of the fitted line.
  let value: Double
  let other: Double
  let change: Double
  let estimate: GridEstimate
  /// The number that a single side is compared with, and the unit of the change. The side's own
  /// interval is shifted and scaled by them; nil if there are several sides.
  private let against: (number: Double, unit: Double)?

  /// - Parameters:
  ///   - sides: the claim's own side first; for a trend all values, the last one first.
  ///   - bases: the grid by which each side is divided; empty for none.
  /// - Returns: nil if the change is undefined.
  init?(_ claim: Claim, sides: [GridFunction], bases: [GridFunction]) {
    let functions = sides + bases
    let grids = functions.flatMap(\.grids)
    /// The two values to compare, from the figures of the sides and then of their bases.
    func ends(_ figures: [Double]) -> (value: Double, other: Double)? {
      guard let values = Self.values(of: functions, figures) else { return nil }
      var own = Array(values.prefix(sides.count))
      for (index, base) in values.dropFirst(sides.count).enumerated() {
        guard base != 0 else { return nil }
        own[index] /= base
      }
      if claim.expect.isTrend { return Self.line(own) }
      return (own[0], own.count > 1 ? own[1] : claim.value ?? 0)
    }
    func change(_ figures: [Double]) -> Double? {
      guard let (value, other) = ends(figures) else { return nil }
      if claim.scale == .difference { return value - other }
      return other > 0 ? value / other - 1 : nil
    }
    let isSimple = functions.allSatisfy(\.isPlain)
    let isPlain = isSimple && bases.isEmpty && !claim.expect.isTrend
    let isLevel = isPlain && sides.count == 1
    let form: GridEstimate.Form =
      isLevel
      ? .level
      : isPlain && sides.count == 2
        ? claim.scale == .difference ? .difference : .ratio
        : .other(compared: isSimple ? sides.count : 0)
    guard
      let estimate = GridEstimate(
        of: grids, form: form, seedsAreFixed: claim.seeds == .fixed,
        statistic: { isLevel ? $0[0] : change($0) }),
      let figures = Self.figures(grids), let (value, other) = ends(figures),
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

  /// The value of each function, from the figures of all their grids; nil where one is undefined.
  private static func values(of functions: [GridFunction], _ figures: [Double]) -> [Double]? {
    var values: [Double] = []
    var rest = figures[...]
    for function in functions {
      let count = function.parts.count
      guard let value = function.value(Array(rest.prefix(count))) else { return nil }
      values.append(value)
      rest = rest.dropFirst(count)
    }
    return values
  }

  /// The values of the grids under the seeds that all of them have.
  private static func figures(_ grids: [SeedQuestionGrid]) -> [Double]? {
    let figures = GridEstimate.underSharedSeeds(grids).compactMap(\.value)
    return figures.count == grids.count ? figures : nil
  }

  /// The ends of the least-squares line through values at equal steps; the last value comes first.
  private static func line(_ figures: [Double]) -> (value: Double, other: Double)? {
    let points = figures.reversed().enumerated().map { (x: Double($0), y: $1) }
    guard let fit = LeastSquares(points) else { return nil }
    return (fit.intercept + fit.slope * Double(points.count - 1), fit.intercept)
  }
}

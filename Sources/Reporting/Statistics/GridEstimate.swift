/// A number computed from the figures of several grids, such as a change, a ratio or a trend, with
/// its error. The intervals of tables, claims and comparisons of runs all come from here.
///
/// Cells with the same seed and question form pairs across grids, so effects that two methods
/// share cancel. The error is that of two crossed random factors (`EstimateError`), linearised if
/// the number is not a mean. Shares and their differences have intervals that also hold for few
/// successes (`ShareInterval`, `Discordance`). For other figures, if all values are equal, the
/// error is unknown and there is no interval.
package struct GridEstimate: Sendable, Hashable {
  package let value: Double
  /// The number of seeds that all grids have.
  package let seeds: Int
  /// The smallest number of questions of any grid.
  package let questions: Int
  /// Nil for one seed and one question or cluster.
  package let error: EstimateError?
  private let bounds: Bounds

  /// The form of the number, which decides how its interval is computed.
  package enum Form: Sendable, Hashable {
    /// The figure of the only grid.
    case level
    /// The first grid's figure less the second's.
    case difference
    /// The first grid's figure over the second's, less 1.
    case ratio
    /// Any other number, in which the first `compared` grids are compared with each other.
    case other(compared: Int)
  }

  private indirect enum Bounds: Hashable {
    case none
    case share(units: Int, cells: Int)
    /// Two methods on the same questions; one question's share changes the number by `unit`.
    case paired(Discordance, unit: Double)
    /// Too few questions differ to give an interval for anything but a difference.
    case sparse(Discordance)
    /// Two shares, each on its own questions.
    case apart(GridEstimate, GridEstimate)
  }

  /// - Parameters:
  ///   - grids: those with seeds are restricted to the seeds that all of them have.
  ///   - seedSpread: the variance between seeds, if it is known from more data than these.
  ///   - seedsAreFixed: true if it is about exactly these seeds; only questions are random then.
  ///   - statistic: a smooth function of the grids' figures; nil if it is undefined.
  /// - Returns: nil if the number is undefined.
  package init?(
    of grids: [SeedQuestionGrid], form: Form? = nil, seedSpread: SeedQuestionGrid.SeedSpread? = nil,
    seedsAreFixed: Bool = false, statistic: ([Double]) -> Double?
  ) {
    let form = form ?? (grids.count == 1 ? .level : .other(compared: grids.count))
    let names = Self.sharedSeeds(of: grids)
    let grids = Self.underSharedSeeds(grids)
    let totals = grids.map(\.total)
    let figures = zip(grids, totals).compactMap { $1.figure($0.figure) }
    guard !grids.isEmpty, figures.count == grids.count, let value = statistic(figures),
      value.isFinite
    else { return nil }
    self.value = value
    seeds = names.count
    questions = grids.map(\.questions.count).min() ?? 0
    let sheet = InfluenceSheet(
      grids, totals, slopes: Self.slopes(of: statistic, at: figures))
    // Without a common seed, the variance between seeds is unknown.
    error =
      names.isEmpty
      ? nil
      : EstimateError(
        influences: sheet.rows, strata: sheet.strata, spread: seedSpread,
        seedsAreFixed: seedsAreFixed)
    bounds = Self.bounds(form, grids, figures, units: sheet.strata.count, seedsAreFixed)
  }

  private static func bounds(
    _ form: Form, _ grids: [SeedQuestionGrid], _ figures: [Double], units: Int,
    _ seedsAreFixed: Bool
  ) -> Bounds {
    guard grids.allSatisfy(\.isShare), Set(grids.map(\.seeds)).count == 1 else { return .none }
    let seeds = grids[0].seeds.count
    switch form {
    case .level:
      return .share(units: units > 1 ? units : seeds, cells: seeds * grids[0].questions.count)
    case .difference, .ratio:
      if let pairs = Discordance(grids) {
        return .paired(pairs, unit: form == .ratio && figures[1] > 0 ? 1 / figures[1] : 1)
      }
      let sides = grids.compactMap { grid in
        GridEstimate(of: [grid], seedsAreFixed: seedsAreFixed) { $0[0] }
      }
      return form == .difference ? .apart(sides[0], sides[1]) : .none
    case .other(let compared):
      guard compared > 1, let pairs = Discordance(Array(grids.prefix(compared))),
        pairs.count < Discordance.needed
      else { return .none }
      return .sparse(pairs)
    }
  }

  /// The questions that the methods answer differently; nil except for shares on the same
  /// questions.
  package var discordance: Discordance? {
    switch bounds {
    case .paired(let pairs, _), .sparse(let pairs): pairs
    case .none, .share, .apart: nil
    }
  }

  /// The seeds that all grids with seeds have; one unnamed seed if no grid has any.
  package static func sharedSeeds(of grids: [SeedQuestionGrid]) -> [String] {
    let seeded = grids.filter(\.hasSeeds)
    guard let first = seeded.first else { return grids.isEmpty ? [] : [""] }
    return first.seeds.filter { seed in seeded.allSatisfy { $0.seeds.contains(seed) } }
  }

  /// The grids restricted to the seeds that all of them have; unchanged if there is none.
  package static func underSharedSeeds(_ grids: [SeedQuestionGrid]) -> [SeedQuestionGrid] {
    let names = sharedSeeds(of: grids)
    return names.isEmpty ? grids : grids.map { $0.restricted(toSeeds: names) }
  }

  /// The statistic's derivative by each figure, computed by central differences.
  private static func slopes(
    of statistic: ([Double]) -> Double?, at figures: [Double]
  ) -> [Double] {
    figures.indices.map { index in
      let step = 1e-5 * max(1e-3, figures[index].magnitude)
      func value(_ sign: Double) -> Double? {
        var moved = figures
        moved[index] += sign * step
        return statistic(moved)
      }
      guard let above = value(1), let below = value(-1) else { return 0 }
      return (above - below) / (2 * step)
    }
  }

  /// The confidence interval at `level`; nil if it cannot be estimated.
  package func interval(_ level: Double = 0.95) -> ClosedRange<Double>? {
    guard let error else { return nil }
    switch bounds {
    case .share(let units, let cells):
      return ShareInterval.of(value, error: error, units: units, cells: cells, level: level)
    case .paired(let pairs, let unit):
      let margin = error.margin(level)
      let wide = (value - margin)...(value + margin)
      let counted = pairs.interval(level)
      let limit = max(1, unit)
      return
        (isDecided(by: pairs)
        ? wide.joined(unit * counted.lowerBound...unit * counted.upperBound) : wide)
        .clamped(to: -limit...limit)
    case .sparse: return nil
    case .apart(let first, let second):
      let margin = error.margin(level)
      guard let one = first.interval(level), let other = second.interval(level) else { return nil }
      // Newcombe, "Interval Estimation for the Difference Between Independent Proportions" (1998).
      func hypotenuse(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
      let below = hypotenuse(first.value - one.lowerBound, other.upperBound - second.value)
      let above = hypotenuse(one.upperBound - first.value, second.value - other.lowerBound)
      return ((value - margin)...(value + margin)).joined((value - below)...(value + above))
        .clamped(to: -1...1)
    case .none:
      let margin = error.margin(level)
      // If all numbers are equal, the remaining margin is rounding error.
      guard margin > 1e-9 * value.magnitude, margin > 0 else { return nil }
      return (value - margin)...(value + margin)
    }
  }

  /// True if the counts of differing questions limit the interval in addition to Student's.
  private func isDecided(by pairs: Discordance) -> Bool {
    pairs.isDecisive || (error?.variance ?? 0) < 1e-18
  }

  /// The two-sided p-value of no change: below 0.05 if the 95 % interval excludes 0. Nil if there
  /// is no interval, and for shares on different questions.
  package var pValue: Double? {
    guard let error, interval() != nil else { return nil }
    if case .apart = bounds { return nil }
    let byError =
      error.variance > 0
      ? StudentT.twoSidedProbability(
        value / error.standardError, degreesOfFreedom: error.degreesOfFreedom)
      : value == 0 ? 1 : 0
    guard let pairs = discordance, isDecided(by: pairs) else { return byError }
    return max(byError, pairs.pValue)
  }

  /// The smallest true change that this design detects with a power of 0.8: (t(1 − α/2) + t(0.8))
  /// times the standard error (Bloom, "Minimum Detectable Effects", Evaluation Review 19, 1995).
  /// For the intervals of shares, half the interval's width takes the place of t(1 − α/2) standard
  /// errors.
  package func detectable(_ level: Double = 0.95) -> Double? {
    guard let error, let interval = interval(level) else { return nil }
    let half = (interval.upperBound - interval.lowerBound) / 2
    func t(_ probability: Double) -> Double {
      StudentT.quantile(probability, degreesOfFreedom: error.degreesOfFreedom)
    }
    return half * (1 + t(0.8) / t((1 + level) / 2))
  }
}

extension ClosedRange<Double> {
  /// The smallest range that covers both.
  fileprivate func joined(_ other: ClosedRange) -> ClosedRange {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}

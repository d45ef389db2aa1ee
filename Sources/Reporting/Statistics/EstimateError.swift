/// The error of an estimate: its variance, and the degrees of freedom of that variance.
package struct EstimateError: Sendable, Hashable {
  package let variance: Double
  package let degreesOfFreedom: Double

  package init(variance: Double, degreesOfFreedom: Double) {
    self.variance = variance
    self.degreesOfFreedom = max(1, degreesOfFreedom)
  }

  package var standardError: Double { variance.squareRoot() }

  /// Half the width of Student's interval.
  package func margin(_ level: Double = 0.95) -> Double {
    standardError * StudentT.quantile((1 + level) / 2, degreesOfFreedom: degreesOfFreedom)
  }
}

extension EstimateError {
  /// The error of an estimate over two crossed random factors: seeds, and units (questions or
  /// clusters of questions). It is computed from the influence of each cell on the estimate, which
  /// is (y − ȳ) / (S·U) for a mean, and for any other figure its derivative by the cell's weight
  /// (the infinitesimal jackknife: Efron, "The Jackknife, the Bootstrap and Other Resampling
  /// Plans", 1982, ch. 6). Influences sum to 0 over all cells.
  ///
  /// Let a and b be the squared errors of seeds and of units, and e that of the residual, which is
  /// contained in both. The variance is a + b − e, but at least the larger of a and b. Its degrees
  /// of freedom are those of Satterthwaite, "An Approximate Distribution of Estimates of Variance
  /// Components" (1946), with a and b − e as the components. They come out too large when a few
  /// seeds happen to be close together. Therefore only half of the excess over the seeds' own
  /// degrees of freedom is counted: in a simulation (`The coverage of intervals`) intervals over
  /// three seeds then cover 0.94 to 0.96 instead of 0.90.
  ///
  /// - Parameters:
  ///   - influences: one row per seed, with one influence per unit.
  ///   - strata: for each unit, the number of its set. Sets were drawn independently.
  ///   - spread: the variance between seeds, if it is known from more data than these.
  ///   - seedsAreFixed: true if the estimate is about exactly these seeds; only units are random
  ///     then.
  /// - Returns: nil if there are neither two seeds nor two units.
  package init?(
    influences: [[Double]], strata: [Int], spread: SeedQuestionGrid.SeedSpread? = nil,
    seedsAreFixed: Bool = false
  ) {
    let seeds = Double(influences.count)
    let byUnit = strata.indices.map { unit in influences.reduce(0) { $0 + $1[unit] } }
    var (ofUnits, perDegree, residual) = (0.0, 0.0, 0.0)
    var hasUnits = false
    for stratum in Set(strata).sorted() {
      let own = strata.indices.filter { strata[$0] == stratum }
      guard own.count > 1 else { continue }
      hasUnits = true
      let n = Double(own.count)
      let squares = own.reduce(0) { $0 + byUnit[$1] * byUnit[$1] } * n / (n - 1)
      ofUnits += squares
      perDegree += squares * squares / (n - 1)
      guard influences.count > 1 else { continue }
      let total = own.reduce(0) { $0 + byUnit[$1] }
      var rest = 0.0
      for row in influences {
        let mean = own.reduce(0) { $0 + row[$1] } / n
        for unit in own {
          let left = row[unit] - mean - byUnit[unit] / seeds + total / n / seeds
          rest += left * left
        }
      }
      residual += rest * n / (n - 1) * seeds / (seeds - 1)
    }
    let unitDegrees = perDegree > 0 ? ofUnits * ofUnits / perDegree : 1
    var ofSeeds: (variance: Double, degrees: Double)?
    if let spread {
      ofSeeds = (spread.variance / seeds, Double(spread.degreesOfFreedom))
    } else if influences.count > 1 {
      let squares = influences.reduce(0) { sum, row in
        let own = row.reduce(0, +)
        return sum + own * own
      }
      ofSeeds = (squares * seeds / (seeds - 1), seeds - 1)
    }
    guard let (a, seedDegrees) = seedsAreFixed ? nil : ofSeeds else {
      guard hasUnits else { return nil }
      self.init(variance: ofUnits, degreesOfFreedom: unitDegrees)
      return
    }
    guard hasUnits else {
      self.init(variance: a, degreesOfFreedom: seedDegrees)
      return
    }
    let variance = max(a, ofUnits, a + ofUnits - residual)
    let own = max(0, ofUnits - residual)
    let split = a * a / seedDegrees + own * own / unitDegrees
    let degrees = split > 0 ? variance * variance / split : unitDegrees
    self.init(
      variance: variance,
      degreesOfFreedom: degrees > seedDegrees ? (degrees + seedDegrees) / 2 : degrees)
  }
}

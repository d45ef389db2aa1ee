/// One figure of a method, by seed and question: what intervals and comparisons are computed from.
///
/// Samples of one question under one seed are one cell, since they are not independent.
package struct Panel: Sendable, Hashable {
  package let figure: Moments.Figure
  /// What tells the runs apart; runs of two methods under the same name are a pair.
  package let seeds: [String]
  package let questions: [String]
  /// Seeds one after the other, each with every question.
  package let cells: [Moments]

  /// - Precondition: there is a cell for every seed and question.
  package init(
    _ figure: Moments.Figure = .mean, seeds: [String], questions: [String], cells: [Moments]
  ) {
    precondition(cells.count == seeds.count * questions.count, "a cell for each seed and question")
    self.figure = figure
    self.seeds = seeds
    self.questions = questions
    self.cells = cells
  }

  /// Means by seed and question.
  package init(_ values: [[Double]], seeds: [String]? = nil, questions: [String]? = nil) {
    self.init(
      seeds: seeds ?? values.indices.map(String.init),
      questions: questions ?? (values.first ?? []).indices.map(String.init),
      cells: values.flatMap { $0.map { Moments($0) } })
  }

  /// The same of these seeds alone, in this order.
  ///
  /// - Precondition: each is one of the panel's.
  package func restricted(toSeeds chosen: [String]) -> Panel {
    let places = chosen.compactMap { seeds.firstIndex(of: $0) }
    precondition(places.count == chosen.count, "a panel is restricted to its own seeds")
    return Panel(
      figure, seeds: chosen, questions: questions,
      cells: places.flatMap { cells[$0 * questions.count..<($0 + 1) * questions.count] })
  }

  /// The figure over everything.
  package var value: Double? {
    cells.reduce(into: Moments()) { $0.add($1) }.figure(figure)
  }

  /// The figure when seed s counts `seedWeights[s]` times and question q `questionWeights[q]` times.
  package func value(seedWeights: [Double], questionWeights: [Double]) -> Double? {
    var sum = Moments()
    for (s, seedWeight) in seedWeights.enumerated() where seedWeight != 0 {
      let start = s * questions.count
      for (q, weight) in questionWeights.enumerated() where weight != 0 {
        sum.add(cells[start + q], weight: seedWeight * weight)
      }
    }
    return sum.figure(figure)
  }
}

extension Panel {
  /// A figure with half of its 95 % interval over both seeds and questions.
  package struct Summary: Sendable, Hashable {
    package let value: Double
    /// Nil of one seed and one question.
    package let margin95: Double?
    package let seeds: Int
    package let questions: Int

    package init(value: Double, margin95: Double?, seeds: Int, questions: Int) {
      self.value = value
      self.margin95 = margin95
      self.seeds = seeds
      self.questions = questions
    }
  }

  /// How much the means of single seeds differ: their sample variance.
  package struct SeedSpread: Sendable, Hashable {
    package let variance: Double
    package let degreesOfFreedom: Int

    package init(variance: Double, degreesOfFreedom: Int) {
      self.variance = variance
      self.degreesOfFreedom = degreesOfFreedom
    }

    /// The spread that several methods share, each with few seeds; nil where none has two.
    package init?(pooling panels: [Panel]) {
      let spreads = panels.compactMap(\.seedSpread)
      let degrees = spreads.map(\.degreesOfFreedom).reduce(0, +)
      guard degrees > 0 else { return nil }
      let squares = spreads.map { $0.variance * Double($0.degreesOfFreedom) }.reduce(0, +)
      self.init(variance: squares / Double(degrees), degreesOfFreedom: degrees)
    }
  }

  /// The spread of this panel's own seeds; nil of one seed, and of what is no mean.
  package var seedSpread: SeedSpread? {
    guard figure == .mean else { return nil }
    return Statistics.sampleVariance(meansBySeed).map {
      SeedSpread(variance: $0, degreesOfFreedom: meansBySeed.count - 1)
    }
  }

  /// The figure and its interval; nil where the figure is undefined.
  ///
  /// Of a mean the variance is that of two crossed random effects. With a and b the squared standard
  /// errors of the seeds' and of the questions' means, and e the residual mean square over all cells,
  /// it is a + b − e / (S·Q), but at least the larger of a and b: each of these holds the residual,
  /// which would count twice. The interval is Student's, with the degrees of freedom of
  /// Satterthwaite, "An Approximate Distribution of Estimates of Variance Components" (1946). Other
  /// figures have a bootstrap's.
  ///
  /// - Parameter spread: how much seeds differ, where that is known from more than these.
  package func summary(seedSpread spread: SeedSpread? = nil) -> Summary? {
    guard let value else { return nil }
    let margin = figure == .mean ? meanMargin(spread ?? seedSpread) : bootstrapMargin
    return Summary(value: value, margin95: margin, seeds: seeds.count, questions: questions.count)
  }

  private var bootstrapMargin: Double? {
    PairedBootstrap().interval95(of: [self]) { $0[0] }.map { ($0.upperBound - $0.lowerBound) / 2 }
  }

  private var meansBySeed: [Double] {
    seeds.indices.compactMap { s in
      cells[s * questions.count..<(s + 1) * questions.count]
        .reduce(into: Moments()) { $0.add($1) }.figure(.mean)
    }
  }

  private func meanMargin(_ spread: SeedSpread?) -> Double? {
    let bySeed = meansBySeed
    let byQuestion = questions.indices.compactMap { q in
      seeds.indices.reduce(into: Moments()) { $0.add(cells[$1 * questions.count + q]) }
        .figure(.mean)
    }
    let ofQuestions = Statistics.sampleVariance(byQuestion).map { $0 / Double(byQuestion.count) }
    switch (spread, ofQuestions) {
    case (nil, nil): return nil
    case (let spread?, nil):
      return Self.margin(
        spread.variance / Double(bySeed.count), Double(spread.degreesOfFreedom))
    case (nil, let b?): return Self.margin(b, Double(byQuestion.count - 1))
    case (let spread?, let b?):
      let a = spread.variance / Double(bySeed.count)
      guard a + b > 0 else { return 0 }
      let twice = bySeed.count > 1 ? residual(bySeed, byQuestion) : 0
      let degrees =
        (a + b) * (a + b)
        / (a * a / Double(spread.degreesOfFreedom) + b * b / Double(byQuestion.count - 1))
      return Self.margin(max(a, b, a + b - twice), degrees)
    }
  }

  /// e / (S·Q): what the errors of seeds and of questions both hold, where every cell has something.
  private func residual(_ bySeed: [Double], _ byQuestion: [Double]) -> Double {
    guard bySeed.count == seeds.count, byQuestion.count == questions.count, let value else {
      return 0
    }
    var squares = 0.0
    for s in seeds.indices {
      for q in questions.indices {
        guard let cell = cells[s * questions.count + q].figure(.mean) else { return 0 }
        let rest = cell - bySeed[s] - byQuestion[q] + value
        squares += rest * rest
      }
    }
    let degrees = Double((seeds.count - 1) * (questions.count - 1))
    return squares / degrees / Double(cells.count)
  }

  /// The quantile between two whole degrees of freedom is linear in 1/ν.
  private static func margin(_ variance: Double, _ degrees: Double) -> Double {
    let low = max(1, Int(degrees))
    let below = StudentT.quantile(0.975, degreesOfFreedom: low)
    let above = StudentT.quantile(0.975, degreesOfFreedom: low + 1)
    let (u, v) = (1 / Double(low), 1 / Double(low + 1))
    let share = min(1, max(0, (u - 1 / max(1, degrees)) / (u - v)))
    return variance.squareRoot() * (below + share * (above - below))
  }
}

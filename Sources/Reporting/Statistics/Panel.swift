/// One figure of a method, by seed and question: what intervals and comparisons are computed from.
///
/// Samples of one question under one seed are one cell, since they are not independent.
package struct Panel: Sendable, Hashable {
  package let figure: Moments.Figure
  /// Whether it is a mean of scores between 0 and 1, whose interval has to stay there.
  package let isShare: Bool
  /// What tells the runs apart; runs of two methods under the same name are a pair.
  package let seeds: [String]
  package let questions: [String]
  /// Of each question, what it shares with others that are not independent of it; its own name where
  /// it stands alone.
  package let clusters: [String]
  /// Seeds one after the other, each with every question.
  package let cells: [Moments]

  /// - Precondition: there is a cell for every seed and question, and a cluster for every question.
  package init(
    _ figure: Moments.Figure = .mean, isShare: Bool = false, seeds: [String],
    questions: [String], clusters: [String]? = nil, cells: [Moments]
  ) {
    precondition(cells.count == seeds.count * questions.count, "a cell for each seed and question")
    precondition(clusters.map { $0.count == questions.count } ?? true, "a cluster a question")
    self.figure = figure
    self.isShare = isShare
    self.seeds = seeds
    self.questions = questions
    self.clusters = clusters ?? questions
    self.cells = cells
  }

  /// Means by seed and question.
  package init(
    _ values: [[Double]], isShare: Bool = false, seeds: [String]? = nil,
    questions: [String]? = nil, clusters: [String]? = nil
  ) {
    self.init(
      isShare: isShare, seeds: seeds ?? values.indices.map(String.init),
      questions: questions ?? (values.first ?? []).indices.map(String.init), clusters: clusters,
      cells: values.flatMap { $0.map { Moments($0) } })
  }

  package subscript(seed: Int, question: Int) -> Moments {
    cells[seed * questions.count + question]
  }

  /// The same of these seeds alone, in this order. A method without seeds is the same under each.
  ///
  /// - Precondition: each is one of the panel's, or the panel has none.
  package func restricted(toSeeds chosen: [String]) -> Panel {
    let places = hasSeeds ? chosen.compactMap { seeds.firstIndex(of: $0) } : chosen.map { _ in 0 }
    precondition(places.count == chosen.count, "a panel is restricted to its own seeds")
    return Panel(
      figure, isShare: isShare, seeds: chosen, questions: questions, clusters: clusters,
      cells: places.flatMap { cells[$0 * questions.count..<($0 + 1) * questions.count] })
  }

  /// The same over some of the questions, in their order here.
  package func restricted(toQuestions chosen: Set<String>) -> Panel {
    let places = questions.indices.filter { chosen.contains(questions[$0]) }
    if places.count == questions.count { return self }
    return Panel(
      figure, isShare: isShare, seeds: seeds, questions: places.map { questions[$0] },
      clusters: places.map { clusters[$0] },
      cells: seeds.indices.flatMap { seed in places.map { self[seed, $0] } })
  }

  /// Whether its runs have names: a result that no seed decides has one run without a name.
  package var hasSeeds: Bool { seeds != [""] }

  /// All observations together.
  package var total: Moments { cells.reduce(into: Moments()) { $0.add($1) } }

  /// The figure over everything.
  package var value: Double? { total.figure(figure) }
}

extension Panel {
  /// A figure with its 95 % interval over both seeds and questions.
  package struct Summary: Sendable, Hashable {
    package let value: Double
    /// Nil of one seed and one question, and where nothing differs that could tell of an error.
    package let interval95: ClosedRange<Double>?
    package let seeds: Int
    package let questions: Int

    package init(value: Double, interval95: ClosedRange<Double>?, seeds: Int, questions: Int) {
      self.value = value
      self.interval95 = interval95
      self.seeds = seeds
      self.questions = questions
    }

    /// Half of the interval; of a share near 0 or 1, whose interval is longer to one side, that side.
    package var margin95: Double? {
      interval95.map { max(value - $0.lowerBound, $0.upperBound - value) }
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
  /// - Parameter spread: how much seeds differ, where that is known from more than these.
  package func summary(seedSpread spread: SeedSpread? = nil) -> Summary? {
    guard
      let estimate = PanelEstimate(
        of: [self], seedSpread: figure == .mean ? spread : nil, statistic: { $0[0] })
    else { return nil }
    return Summary(
      value: estimate.value, interval95: estimate.interval(), seeds: seeds.count,
      questions: questions.count)
  }

  private var meansBySeed: [Double] {
    seeds.indices.compactMap { s in
      cells[s * questions.count..<(s + 1) * questions.count]
        .reduce(into: Moments()) { $0.add($1) }.figure(.mean)
    }
  }
}

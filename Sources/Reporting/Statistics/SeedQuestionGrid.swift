/// One figure of a method by seed and question, from which intervals and comparisons are computed.
///
/// Samples of one question under one seed are one cell, since they are not independent.
package struct SeedQuestionGrid: Sendable, Hashable {
  package let figure: Moments.Figure
  /// True for a mean of scores between 0 and 1, whose interval must stay in that range.
  package let isShare: Bool
  /// The names of the runs; runs of two methods with the same name form a pair.
  package let seeds: [String]
  package let questions: [String]
  /// For each question, the name of its cluster of questions that are not independent; the
  /// question's own name if it is alone.
  package let clusters: [String]
  /// The cells, seed by seed, each with all questions in order.
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

  /// A grid of means by seed and question.
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

  /// The grid with only these seeds, in this order. A method without seeds gets the same cells
  /// under each.
  ///
  /// - Precondition: each is one of the grid's seeds, or the grid has none.
  package func restricted(toSeeds chosen: [String]) -> SeedQuestionGrid {
    let places = hasSeeds ? chosen.compactMap { seeds.firstIndex(of: $0) } : chosen.map { _ in 0 }
    precondition(places.count == chosen.count, "a grid is restricted to its own seeds")
    return SeedQuestionGrid(
      figure, isShare: isShare, seeds: chosen, questions: questions, clusters: clusters,
      cells: places.flatMap { cells[$0 * questions.count..<($0 + 1) * questions.count] })
  }

  /// The grid with only some of the questions, in its own order.
  package func restricted(toQuestions chosen: Set<String>) -> SeedQuestionGrid {
    let places = questions.indices.filter { chosen.contains(questions[$0]) }
    if places.count == questions.count { return self }
    return SeedQuestionGrid(
      figure, isShare: isShare, seeds: seeds, questions: places.map { questions[$0] },
      clusters: places.map { clusters[$0] },
      cells: seeds.indices.flatMap { seed in places.map { self[seed, $0] } })
  }

  /// True if its runs are named by seeds: a result that does not depend on a seed has one unnamed
  /// run.
  package var hasSeeds: Bool { seeds != [""] }

  /// The sums over all observations.
  package var total: Moments { cells.reduce(into: Moments()) { $0.add($1) } }

  /// The figure over all observations.
  package var value: Double? { total.figure(figure) }
}

extension SeedQuestionGrid {
  /// A figure with its 95 % interval over both seeds and questions.
  package struct Summary: Sendable, Hashable {
    package let value: Double
    /// Nil for one seed and one question, or if there is no variation from which to estimate an
    /// error.
    package let interval95: ClosedRange<Double>?
    package let seeds: Int
    package let questions: Int

    package init(value: Double, interval95: ClosedRange<Double>?, seeds: Int, questions: Int) {
      self.value = value
      self.interval95 = interval95
      self.seeds = seeds
      self.questions = questions
    }

    /// Half the width of the interval; for a share near 0 or 1, the longer side.
    package var margin95: Double? {
      interval95.map { max(value - $0.lowerBound, $0.upperBound - value) }
    }
  }

  /// The sample variance of the means of single seeds.
  package struct SeedSpread: Sendable, Hashable {
    package let variance: Double
    package let degreesOfFreedom: Int

    package init(variance: Double, degreesOfFreedom: Int) {
      self.variance = variance
      self.degreesOfFreedom = degreesOfFreedom
    }

    /// The pooled variance of several methods with few seeds each; nil if no method has two seeds.
    package init?(pooling grids: [SeedQuestionGrid]) {
      let spreads = grids.compactMap(\.seedSpread)
      let degrees = spreads.map(\.degreesOfFreedom).reduce(0, +)
      guard degrees > 0 else { return nil }
      let squares = spreads.map { $0.variance * Double($0.degreesOfFreedom) }.reduce(0, +)
      self.init(variance: squares / Double(degrees), degreesOfFreedom: degrees)
    }
  }

  /// The variance between this grid's own seeds; nil for one seed or for figures other than the
  /// mean.
  package var seedSpread: SeedSpread? {
    guard figure == .mean else { return nil }
    return Statistics.sampleVariance(meansBySeed).map {
      SeedSpread(variance: $0, degreesOfFreedom: meansBySeed.count - 1)
    }
  }

  /// The figure and its interval; nil if the figure is undefined.
  ///
  /// - Parameter spread: the variance between seeds, if it is known from more data than these.
  package func summary(seedSpread spread: SeedSpread? = nil) -> Summary? {
    guard
      let estimate = GridEstimate(
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

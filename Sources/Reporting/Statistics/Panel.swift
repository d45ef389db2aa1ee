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

  /// The figure and its interval; nil where the figure is undefined.
  ///
  /// Of a mean the variance is that of two crossed random effects. With a and b the squared standard
  /// errors of the seeds' and of the questions' means, and e the residual mean square over all cells,
  /// it is a + b − e / (S·Q), but at least the larger of a and b: each of these holds the residual,
  /// which would count twice. The interval is Student's, with the degrees of freedom of
  /// Satterthwaite, "An Approximate Distribution of Estimates of Variance Components" (1946). Other
  /// figures have a bootstrap's.
  package var summary: Summary? {
    guard let value else { return nil }
    let margin = figure == .mean ? meanMargin : bootstrapMargin
    return Summary(value: value, margin95: margin, seeds: seeds.count, questions: questions.count)
  }

  private var bootstrapMargin: Double? {
    PairedBootstrap().interval95(of: [self]) { $0[0] }.map { ($0.upperBound - $0.lowerBound) / 2 }
  }

  private var meanMargin: Double? {
    let bySeed = seeds.indices.compactMap { s in
      cells[s * questions.count..<(s + 1) * questions.count]
        .reduce(into: Moments()) { $0.add($1) }.figure(.mean)
    }
    let byQuestion = questions.indices.compactMap { q in
      seeds.indices.reduce(into: Moments()) { $0.add(cells[$1 * questions.count + q]) }
        .figure(.mean)
    }
    let a = Statistics.sampleVariance(bySeed).map { $0 / Double(bySeed.count) }
    let b = Statistics.sampleVariance(byQuestion).map { $0 / Double(byQuestion.count) }
    switch (a, b) {
    case (nil, nil): return nil
    case (let a?, nil): return Self.margin(a, bySeed.count - 1)
    case (nil, let b?): return Self.margin(b, byQuestion.count - 1)
    case (let a?, let b?):
      let variance = max(a, b, a + b - residual(bySeed, byQuestion))
      guard a + b > 0 else { return 0 }
      let degrees =
        (a + b) * (a + b)
        / (a * a / Double(bySeed.count - 1) + b * b / Double(byQuestion.count - 1))
      return Self.margin(variance, max(1, Int(degrees)))
    }
  }

  /// e / (S·Q): what a and b both hold, where every cell has something.
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

  private static func margin(_ variance: Double, _ degrees: Int) -> Double {
    variance.squareRoot() * StudentT.quantile(0.975, degreesOfFreedom: degrees)
  }
}

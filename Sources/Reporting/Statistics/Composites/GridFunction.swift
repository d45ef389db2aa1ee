/// A number computed from the figures of several grids, such as a score that weighs accuracy
/// against length; of one grid alone, its own figure.
///
/// Its error is that of `GridEstimate`: the influences of all cells on all figures, summed by seed
/// and question before they are squared, so that what the grids share cancels.
package struct GridFunction: Sendable {
  /// One grid, and a name for the problems that it is about. Grids of one name are restricted to
  /// the questions that all of them have when results are compared.
  package struct Part: Sendable {
    package var grid: SeedQuestionGrid
    package let problems: String

    package init(_ grid: SeedQuestionGrid, problems: String = "") {
      self.grid = grid
      self.problems = problems
    }
  }

  package var parts: [Part]
  /// Returns the number for the figures of the grids; nil where it is undefined.
  package let value: @Sendable (_ figures: [Double]) -> Double?
  /// True if it is the figure of its only grid, so that the intervals of shares apply.
  package let isPlain: Bool

  /// The figure of a grid.
  package init(_ grid: SeedQuestionGrid) {
    parts = [Part(grid)]
    value = { $0.first }
    isPlain = true
  }

  /// - Parameter value: a function that is smooth except at single points.
  package init(_ parts: [Part], value: @escaping @Sendable (_ figures: [Double]) -> Double?) {
    self.parts = parts
    self.value = value
    isPlain = false
  }

  package var grids: [SeedQuestionGrid] { parts.map(\.grid) }

  /// The number under the seeds that all grids have; nil where it is undefined.
  package var figure: Double? {
    let figures = GridEstimate.underSharedSeeds(grids).compactMap(\.value)
    return figures.count == parts.count ? value(figures) : nil
  }

  /// The number with its 95 % interval; nil where it is undefined.
  package var summary: SeedQuestionGrid.Summary? {
    let estimate = GridEstimate(
      of: grids, form: isPlain ? .level : .other(compared: 0), statistic: value)
    return estimate.map {
      SeedQuestionGrid.Summary(
        value: $0.value, interval95: $0.interval(), seeds: $0.seeds, questions: $0.questions)
    }
  }
}

package import Fields
import Reporting

/// The reasoning efficiency gap (Gao et al. 2025, arXiv 2506.07104): the area between the best
/// known accuracy at each budget and one's own, on an axis of log tokens and divided by its width.
///
///     REG = Σ_j w_j (F_j − a_j), with the weights w of `AccuracyArea`.
///
/// The frontier F_j is the best accuracy that any of the results reaches with at most b_j tokens,
/// on the same questions; or it is declared. Which results make the frontier is held fixed in the
/// interval. The best of many noisy curves lies too high, so that REG is a little too large.
package struct ReasoningEfficiencyGap: Score {
  package var budgets: [Int] = []
  package var frontier: [Double] = []

  package init() {}

  package static let name = "reg"
  package static let meaning =
    "area between the best accuracy at each budget and one's own, on log tokens (REG)"
  package static let header = "REG"
  package static let axisLabel = "reasoning efficiency gap"
  package static let unit = MetricUnit.number
  package static var fields: [Field<ReasoningEfficiencyGap>] {
    [
      .curveBudgets(\.budgets),
      .floats(
        "frontier", \.frontier, each: .unit, count: 0...64,
        "The best known accuracy at each budget; none for the best among these results",
        .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues = FieldIssue.unlessAscending(budgets, at: "budgets")
    if !frontier.isEmpty, frontier.count != budgets.count {
      issues.append(
        FieldIssue(
          ["frontier"],
          "\(frontier.count) accuracies do not match \(budgets.count) budgets",
          help: "give the best known accuracy at each of the budgets"))
    }
    return issues
  }

  package var computation: MetricComputation {
    .composed { results, filter in
      let weights = LogAxis.weights(budgets)
      guard let own = results.own.grid(of: curve(weights), filter) else { return nil }
      guard frontier.isEmpty else {
        let area = zip(weights, frontier).reduce(0) { $0 + $1.0 * $1.1 }
        return GridFunction([.init(own)]) { area - $0[0] }
      }
      return terms(results, own, filter, weights).map { terms in
        GridFunction(terms.map { .init($0) }) { $0.reduce(0, +) }
      }
    }
  }

  private func curve(_ weights: [Double]) -> AccuracyBudgetCurve {
    AccuracyBudgetCurve(budgets: budgets, weights: weights)
  }

  /// The grids whose means add up to the gap: the own curve, weighted by where it is the best less
  /// the area's weights, and every other that is the best at some budget, weighted where it is. Of
  /// equally good ones the own come first, and then those of the upper row.
  private func terms(
    _ results: ComparedResults, _ own: SeedQuestionGrid, _ filter: ResultFilter,
    _ weights: [Double]
  ) -> [SeedQuestionGrid]? {
    let questions = Set(own.questions)
    let candidates = [(results.own, filter)] + results.all.map { ($0, filter.ofProblems) }
    /// A weighted sum of a candidate's accuracy; nil unless it answered all the questions.
    func grid(_ index: Int, _ weights: [Double]) -> SeedQuestionGrid? {
      let (candidate, filter) = candidates[index]
      return candidate.grid(of: curve(weights), filter).flatMap { grid in
        questions.isSubset(of: grid.questions) ? grid.restricted(toQuestions: questions) : nil
      }
    }
    let none = [Double](repeating: 0, count: budgets.count)
    var parts = candidates.map { _ in none }
    var best: (index: Int, place: Int, accuracy: Double)?
    for place in budgets.indices {
      var single = none
      single[place] = 1
      for index in candidates.indices {
        guard let value = grid(index, single)?.value else { continue }
        // The same accuracy, added up in another order, is no better; but the own curve at this
        // very budget, if it is as good, has no gap here.
        let margin = index == 0 ? -1e-12 : 1e-12
        if value > (best?.accuracy ?? -1) + margin { best = (index, place, value) }
      }
      guard let best else { return nil }
      parts[best.index][best.place] += weights[place]
    }
    for place in budgets.indices { parts[0][place] -= weights[place] }
    return candidates.indices.compactMap { index in
      index == 0 || parts[index] != none ? grid(index, parts[index]) : nil
    }
  }

  package var note: String {
    let best = frontier.isEmpty ? "the best row at each budget" : "the declared frontier"
    return "REG: area between \(best) and"
      + " the row's accuracy, over log tokens at \(budgets.listed)."
  }
}

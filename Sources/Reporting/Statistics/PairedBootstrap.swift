/// Intervals of differences, ratios and other functions of several methods' figures, by drawing
/// seeds and questions again.
///
/// Seeds and questions are drawn independently of each other (Owen, "The Pigeonhole Bootstrap", 2007,
/// for crossed factors), n − 1 of n with replacement (Rao & Wu, "Resampling Inference with Complex
/// Survey Data", 1988), so that the variance of a mean over three seeds is not a third too small.
/// Methods that were judged on the same questions get the same draw of questions, those run under the
/// same seeds the same draw of seeds: their comparison is paired. The interval is of percentiles,
/// which with few seeds is still somewhat short; a single seed's share of the error is not seen at
/// all.
package struct PairedBootstrap: Sendable, Hashable {
  package let seed: UInt64
  package let resamples: Int

  package init(seed: UInt64 = 0, resamples: Int = 2000) {
    precondition(resamples > 0, "a bootstrap draws at least once")
    self.seed = seed
    self.resamples = resamples
  }

  /// The 95 % interval of a function of the panels' figures; nil where nothing varies that could be
  /// drawn again, and where more than one draw in twenty leaves the function undefined.
  package func interval95(
    of panels: [Panel], statistic: ([Double]) -> Double?
  ) -> ClosedRange<Double>? {
    guard panels.contains(where: { $0.seeds.count > 1 || $0.questions.count > 1 }) else {
      return nil
    }
    let values = draws(of: panels).compactMap { figures -> Double? in
      let known = figures.compactMap { $0 }
      return known.count == panels.count
        ? statistic(known).flatMap { $0.isFinite ? $0 : nil } : nil
    }.sorted()
    guard values.count * 20 >= resamples * 19,
      let lower = Statistics.quantile(0.025, ofSorted: values),
      let upper = Statistics.quantile(0.975, ofSorted: values)
    else { return nil }
    return lower...upper
  }

  /// The panels' figures under each draw; nil where one is undefined.
  package func draws(of panels: [Panel]) -> [[Double?]] {
    let stream = CounterStream(seed: seed)
    let seedGroups = Self.groups(panels.map(\.seeds))
    let questionGroups = Self.groups(panels.map(\.questions))
    return (0..<resamples).map { resample in
      let seeds = Self.weights(seedGroups.sets, stream[stream: resample][stream: 0])
      let questions = Self.weights(questionGroups.sets, stream[stream: resample][stream: 1])
      return panels.indices.map { panel in
        panels[panel].value(
          seedWeights: seeds[seedGroups.places[panel]],
          questionWeights: questions[questionGroups.places[panel]])
      }
    }
  }

  /// The distinct lists, and which of them each panel has.
  private static func groups(_ lists: [[String]]) -> (sets: [Int], places: [Int]) {
    var distinct: [[String]] = []
    let places = lists.map { list in
      if let place = distinct.firstIndex(of: list) { return place }
      distinct.append(list)
      return distinct.count - 1
    }
    return (distinct.map(\.count), places)
  }

  /// How often each of `count` members is drawn, for each set.
  private static func weights(_ counts: [Int], _ stream: CounterStream) -> [[Double]] {
    counts.enumerated().map { set, count in
      guard count > 1 else { return [Double](repeating: 1, count: count) }
      var weights = [Double](repeating: 0, count: count)
      let own = stream[stream: set]
      for draw in 0..<(count - 1) { weights[own.index(below: count, at: draw)] += 1 }
      return weights
    }
  }
}

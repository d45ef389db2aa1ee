/// Counts the questions, or clusters of questions, on which the scores of two methods differ, and
/// in which direction.
///
/// Only these decide the difference of two shares. If they are few, Student's interval is too
/// short, however many questions there are: four questions gained and none lost occur by chance one
/// time in eight (McNemar), and six is the smallest number that can be significant at 5 %.
package struct Discordance: Sendable, Hashable {
  /// The fewest differing questions with which a difference can be detected: 2 / 2⁶ < 0.05.
  package static let needed = 6

  package let gained: Int
  package let lost: Int
  /// Questions on which scores differ under some seed, but not on average.
  package let even: Int
  /// The number of questions that both methods have.
  package let questions: Int
  /// True if each question was judged once, as right or wrong.
  package let isBinary: Bool

  package init(gained: Int, lost: Int, even: Int = 0, of questions: Int, isBinary: Bool) {
    self.gained = gained
    self.lost = lost
    self.even = even
    self.questions = questions
    self.isBinary = isBinary
  }

  /// Compares the first grid with the second; for more than two grids, a question differs if any
  /// two of them differ on it. Nil if the methods do not have the same questions.
  ///
  /// - Precondition: all grids have the same seeds.
  init?(_ grids: [SeedQuestionGrid]) {
    guard let first = grids.first, grids.count > 1, !first.questions.isEmpty,
      grids.allSatisfy({ Set($0.questions) == Set(first.questions) })
    else { return nil }
    var sums: [String: (change: Double, size: Double)] = [:]
    var isBinary = first.seeds.count == 1 && grids.count == 2
    for other in grids.dropFirst() {
      let places = Dictionary(
        other.questions.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      for (question, name) in first.questions.enumerated() {
        let cluster = first.clusters[question]
        isBinary = isBinary && sums[cluster] == nil
        for seed in first.seeds.indices {
          guard let place = places[name],
            let now = first[seed, question].figure(.mean),
            let before = other[seed, place].figure(.mean)
          else { continue }
          isBinary = isBinary && [0, 1].contains(now) && [0, 1].contains(before)
          sums[cluster, default: (0, 0)].change += now - before
          sums[cluster, default: (0, 0)].size += (now - before).magnitude
        }
      }
    }
    guard !sums.isEmpty else { return nil }
    self.init(
      gained: sums.values.count { $0.change > 1e-12 },
      lost: sums.values.count { $0.change < -1e-12 },
      even: sums.values.count { $0.change.magnitude <= 1e-12 && $0.size > 1e-12 },
      of: sums.count, isBinary: isBinary)
  }

  package var count: Int { gained + lost + even }

  /// True if the interval must be based on the counts: they are too few for Student's interval, or
  /// scores are binary, so that the counts contain all information.
  var isDecisive: Bool { isBinary || count < Self.needed }

  package var pValue: Double { McNemar(onlyFirst: lost, onlySecond: gained).pValue }

  /// The interval of the difference, given the counts. A differing question is gained with
  /// probability θ, whose exact interval follows from `gained` of `gained + lost`; the difference
  /// is (2θ − 1) times the share of questions that differ. If fewer than six differ, the upper
  /// limit of that share is used, so that the interval has a length even if nothing differs. It
  /// excludes 0 exactly if McNemar's exact p-value is below 1 − `level`.
  func interval(_ level: Double) -> ClosedRange<Double> {
    let differing = gained + lost
    let chance =
      differing == 0
      ? 0...1
      : ShareInterval.exact(
        successes: Double(gained), of: Double(differing), level: level)
    let share =
      count < Self.needed
      ? ShareInterval.exact(
        successes: Double(count), of: Double(questions), level: level
      ).upperBound
      : Double(differing) / Double(questions)
    return (2 * chance.lowerBound - 1) * share...(2 * chance.upperBound - 1) * share
  }
}

/// On how many questions, or clusters of them, two methods' scores differ, and to which side.
///
/// The difference of two shares is decided by these alone. With few of them Student's interval is too
/// short, however many questions there are: four questions gained and none lost come up one time in
/// eight where nothing has changed (McNemar), and six are the fewest that can say anything at 5 %.
package struct Discordance: Sendable, Hashable {
  /// The fewest questions that differ with which a difference can be seen at all: 2 / 2⁶ < 0.05.
  package static let needed = 6

  package let gained: Int
  package let lost: Int
  /// Where scores differ under some seed and not on average.
  package let even: Int
  /// All questions that both methods have.
  package let questions: Int
  /// Whether each question is right or wrong, once.
  package let isBinary: Bool

  package init(gained: Int, lost: Int, even: Int = 0, of questions: Int, isBinary: Bool) {
    self.gained = gained
    self.lost = lost
    self.even = even
    self.questions = questions
    self.isBinary = isBinary
  }

  /// Of the first panel against the second; among more, a question differs where any two do. Nil where
  /// the methods have not the same questions.
  ///
  /// - Precondition: all have the same seeds.
  init?(_ panels: [Panel]) {
    guard let first = panels.first, panels.count > 1, !first.questions.isEmpty,
      panels.allSatisfy({ Set($0.questions) == Set(first.questions) })
    else { return nil }
    var sums: [String: (change: Double, size: Double)] = [:]
    var isBinary = first.seeds.count == 1 && panels.count == 2
    for other in panels.dropFirst() {
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

  /// Whether the interval has to be that of counts: where they are too few, or all there is.
  var isDecisive: Bool { isBinary || count < Self.needed }

  package var pValue: Double { McNemar(onlyFirst: lost, onlySecond: gained).pValue }

  /// The interval of the difference given the counts: with θ the chance that a question which differs
  /// is gained, known by the exact interval from `gained` of `gained + lost`, it is (2θ − 1) times the
  /// share of questions that differ. Of fewer than six the share's own upper limit is taken, so that
  /// it has a length even where nothing differs. It leaves out 0 exactly where McNemar's exact
  /// p-value is below 1 − `level`.
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

extension SubsetScore {
  /// The probability that the one with the highest score of k samples is correct; of equal scores
  /// each is as likely to be taken. A sample without a score is never taken, so where none of the k
  /// has one, the answer is wrong.
  ///
  /// - Parameter samples: the score of each sample, and whether it is correct.
  /// - Returns: nil if there are fewer than k samples.
  package static func best(
    _ samples: [(score: Double?, isCorrect: Bool)], drawing k: Int
  ) -> Double? {
    guard let chances = leader(of: samples.count, drawing: k) else { return nil }
    let ranked = samples.compactMap { sample in
      sample.score.map { (score: $0, isCorrect: sample.isCorrect) }
    }.sorted { $0.score > $1.score }
    var chance = 0.0
    var start = 0
    while start < ranked.count {
      let end = ranked[start...].firstIndex { $0.score != ranked[start].score } ?? ranked.count
      let right = ranked[start..<end].count(where: \.isCorrect)
      chance += chances[start..<end].reduce(0, +) * Double(right) / Double(end - start)
      start = end
    }
    return min(1, chance)
  }
}

package import Fields

/// Compares every response with every other response, instead of weighing length against
/// correctness.
///
/// Yang et al. 2025, Think When You Need (arXiv 2504.03234), as in their code. The group and two
/// virtual references (a wrong response, and a correct one of infinite length) are compared in
/// pairs:
///
///     correct: w · (wrong ones) + (correct ones that are longer) - (correct ones that are shorter)
///     wrong:  -w · (correct ones)
///
/// Equal lengths count as 0. The scores of the references enter the group's mean and standard
/// deviation, so that a group in which all or no responses are correct still gives a signal. The
/// paper uses w = 10 with `adv_estimator: grpo` and `scale_rewards: group` (it adds 1e-6 to the
/// standard deviation, this project 1e-4).
package struct PairwiseLength: ReferencedTerm {
  package var correctnessWeight = 10.0

  package init() {}

  package init(correctnessWeight: Double) { self.correctnessWeight = correctnessWeight }

  package static let name = "pairwise_length"
  package static let meaning = "Counts pairs won: right against wrong, and shorter against longer"
  package static let replacesCorrectness = true
  package static var fields: [Field<PairwiseLength>] {
    [
      .float(
        "correctness_weight", \.correctnessWeight, .nonNegative,
        "Weight of a pair of a right and a wrong response; a pair of two right ones counts 1",
        .semantic)
    ]
  }

  package var shapesLength: Bool { true }

  package func values(for group: ResponseGroup) -> [Double] {
    Array(scores(for: group).prefix(group.responses.count))
  }

  package func referenceValues(for group: ResponseGroup) -> [Double] {
    Array(scores(for: group).suffix(2))
  }

  /// Returns the scores of the responses, then those of the wrong and the correct reference.
  private func scores(for group: ResponseGroup) -> [Double] {
    let lengths =
      group.responses.map { $0.isCorrect ? Double($0.tokenCount) : nil } + [nil, .infinity]
    let correct = lengths.compactMap { $0 }
    let wrong = lengths.count - correct.count
    return lengths.map { length in
      guard let length else { return -correctnessWeight * Double(correct.count) }
      let longer = correct.count { $0 > length }
      let shorter = correct.count { $0 < length }
      return correctnessWeight * Double(wrong) + Double(longer) - Double(shorter)
    }
  }
}

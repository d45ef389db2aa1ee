/// α |L - S|, where S is the length of the group's shortest correct response, or the mean length of
/// all responses if none is correct.
///
/// ShorterBetter, Yi et al. 2025 (arXiv 2504.21370): r = 2 · 1{correct} - 0.001 |L - S|, which is α
/// = 0.001 with `weights: {correctness: 2}`. It applies to wrong responses too.
package enum ShortestCorrectLength: LengthShape {
  package static let name = "shorter_better"
  package static let meaning = "the distance from the shortest correct response in tokens"
  package static let targets: [LengthPenalty.Target] = [.all, .correct]

  package static func amounts(
    for concerned: [Int], of group: ResponseGroup, alpha: Double
  ) -> [Double] {
    let total = group.responses.reduce(0) { $0 + $1.tokenCount }
    let target =
      group.responses.filter(\.isCorrect).map { Double($0.tokenCount) }.min()
      ?? Double(total) / Double(group.responses.count)
    return concerned.map { alpha * abs(Double(group.responses[$0].tokenCount) - target) }
  }
}

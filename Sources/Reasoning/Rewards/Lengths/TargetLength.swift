/// α |N - L|: asks for a response of exactly `token_budget` N tokens.
///
/// L1-Exact of Aggarwal and Welleck 2025 (arXiv 2503.04697), r = 1{correct} - α |N - L|, there with
/// α = 0.0003 for N up to 4000. It applies to wrong responses too.
package enum ExactLength: LengthShape {
  package static let name = "l1_exact"
  package static let meaning = "the distance from token_budget in tokens"
  package static let targets: [LengthPenalty.Target] = [.all, .correct]
  package static let problemNumbers = [ProblemNumber.tokenBudget]

  package static func amounts(
    for concerned: [Int], of group: ResponseGroup, alpha: Double
  ) -> [Double] {
    let budget = group.problemFields[ProblemNumber.tokenBudget.name] ?? .nan
    return concerned.map { alpha * abs(budget - Double(group.responses[$0].tokenCount)) }
  }
}

/// 1 - clip(α (N - L) + 1/2, 0, 1): asks for a response of at most `token_budget` N tokens.
///
/// L1-Max of Aggarwal and Welleck 2025 (arXiv 2503.04697): r = 1{correct} clip(α (N - L) + δ, 0, 1)
/// with δ = 0.5. Their code's (clip(α (N - L), -1, 1) + 1) / 2 equals this with half the α.
package enum MaximumLength: LengthShape {
  package static let name = "l1_max"
  package static let meaning = "half at token_budget, rising to all 1/(2 alpha) tokens beyond it"
  package static let targets: [LengthPenalty.Target] = [.correct]
  package static let problemNumbers = [ProblemNumber.tokenBudget]

  package static func amounts(
    for concerned: [Int], of group: ResponseGroup, alpha: Double
  ) -> [Double] {
    let budget = group.problemFields[ProblemNumber.tokenBudget.name] ?? .nan
    return concerned.map { index in
      let room = budget - Double(group.responses[index].tokenCount)
      return 1 - min(max(alpha * room + 0.5, 0), 1)
    }
  }
}

package import Fields

/// The baseline that is subtracted from a segment's return.
package enum BudgetBaseline: String, FieldChoice, Hashable {
  case brpo, v1only, v2only, none

  package var meaning: String {
    switch self {
    case .brpo: "the two others, the first weighing more the later the segment"
    case .v1only: "what the chain scored at earlier budgets"
    case .v2only: "the mean return of the prompt's responses"
    case .none: "nothing"
    }
  }
}

/// Budget relative policy optimisation: a chain of thought is scored at budgets b_1 < … < b_m, and
/// every segment between two budgets has its own advantage.
///
/// Qi et al. 2025, AnytimeReasoner (arXiv 2505.13438), with scores r_k, prior P_k, segments j >= 1:
///
///     R_j  = Σ_{k>=j} P_k r_k                                                     (eq. 6)
///     V1_j = (Σ_{k<j} λ^(j-k) r_k / Σ_{k<j} λ^(j-k)) Σ_{k>=j} P_k,  V1_1 = 0       (eq. 7)
///     V2_j = mean of R_j over the group, the response itself included             (eq. 8)
///     V_j  = ((j-1)/m) V1_j + ((m-j+1)/m) V2_j                                    (eq. 9)
///     A_j  = R_j - V_j
///
/// λ is 0.5 as in the paper's study of variance; the paper's code writes it as the weights 2^k.
/// With one budget, V is the group's mean.
package struct BRPO: BudgetAdvantageEstimator {
  package static let name = "brpo"
  package static let meaning =
    "by segment of the thinking: the score still to come minus what was to be expected"
  package static let minimumGroupSize = 2
  package static let scalings = [RewardScaling.none]
  package static let advice =
    "use 'brpo'; with one budget and brpo_baseline 'v2only' it is 'grpo'"
  package static let ownFieldsHelp: String? = "only 'brpo' scores responses at budgets"

  package var brpoBaseline: BudgetBaseline?
  package var brpoLambda: Double?
  package var summaryAdvEstimator: SummaryEstimator?

  package init() {}

  package init(baseline: BudgetBaseline, lambda: Double = 0.5) {
    brpoBaseline = baseline
    brpoLambda = lambda
  }

  package static var fields: [Field<BRPO>] {
    [
      .choice(
        "brpo_baseline", \.brpoBaseline, "The baseline that brpo subtracts; absent for brpo",
        .semantic),
      .float(
        "brpo_lambda", \.brpoLambda, FloatRange(0, 1, excludesLower: true),
        "Decay of scores at earlier budgets; absent for 0.5", .semantic),
      .choice(
        "summary_adv_estimator", \.summaryAdvEstimator,
        "The advantages of summaries; absent for brpo", .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    guard brpoLambda != nil, baseline == .v2only || baseline == .none else { return [] }
    return [
      FieldIssue(
        ["brpo_lambda"], "brpo_lambda has no effect with brpo_baseline '\(baseline.rawValue)'",
        help: "only 'brpo' and 'v1only' look at earlier budgets")
    ]
  }

  package func issues(in rollout: RolloutConfiguration) -> [FieldIssue] {
    guard summaries == .grpo, (rollout.maxSummariesPerStep ?? 0) > 0 else { return [] }
    return [
      FieldIssue(
        ["max_summaries_per_step"],
        "summary_adv_estimator 'grpo' trains the last summary of a response alone, which is seldom "
          + "among those chosen",
        help: "leave max_summaries_per_step out, or use 'brpo'")
    ]
  }

  package var baseline: BudgetBaseline { brpoBaseline ?? .brpo }
  package var lambda: Double { brpoLambda ?? 0.5 }
  package var summaries: SummaryEstimator { summaryAdvEstimator ?? .brpo }

  /// Returns A_j for every response and segment.
  /// - Parameters:
  ///   - scores: for each response, r_k at every budget.
  ///   - weights: P_k.
  package func advantages(scores: [[Double]], weights: [Double]) -> [[Double]] {
    let returns = scores.map { Self.returns(scores: $0, weights: weights) }
    return zip(returns, baselines(scores: scores, weights: weights)).map { returns, baselines in
      zip(returns, baselines).map { $0 - $1 }
    }
  }

  /// Returns R_j for one response.
  package static func returns(scores: [Double], weights: [Double]) -> [Double] {
    precondition(scores.count == weights.count, "one score a budget")
    return scores.indices.map { j in
      (j..<scores.count).reduce(0) { $0 + weights[$1] * scores[$1] }
    }
  }

  /// Returns V_j for every response and segment, as `baseline` selects.
  package func baselines(scores: [[Double]], weights: [Double]) -> [[Double]] {
    let m = weights.count
    let returns = scores.map { Self.returns(scores: $0, weights: weights) }
    let v2 = (0..<m).map { j in
      GroupMean(returns.map { $0[j] }).value
    }
    return scores.map { scores in
      let v1 = ownBaseline(scores: scores, weights: weights)
      return (0..<m).map { j in
        switch baseline {
        // Written as V2 + ((j-1)/m) (V1 - V2), so that equal V1 and V2 give exactly their value,
        // without rounding.
        case .brpo: v2[j] + Double(j) / Double(m) * (v1[j] - v2[j])
        case .v1only: v1[j]
        case .v2only: v2[j]
        case .none: 0
        }
      }
    }
  }

  /// Returns V1_j for one response.
  private func ownBaseline(scores: [Double], weights: [Double]) -> [Double] {
    scores.indices.map { j in
      guard j > 0 else { return 0 }
      let earlier = GroupMean(Array(scores[..<j]))
      // λ^(j-k) for k = 0..<j, relative to the nearest budget.
      var discount = 1.0
      var sum = 0.0
      var total = 0.0
      for k in (0..<j).reversed() {
        sum += discount * scores[k]
        total += discount
        discount *= lambda
      }
      let mean = earlier.isAgreed ? earlier.value : sum / total
      // Summed in the same order as a return, so that scores that never change give exactly zero.
      return weights[j...].reduce(0) { $0 + $1 * mean }
    }
  }
}

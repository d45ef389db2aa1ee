import Fields

/// The rules of `adv_estimator` in combination with other fields. They ask an estimator for what it
/// declares, so that none is known here by name.
extension AdvantageEstimator {
  /// Issues in combination with `scale_rewards`.
  static func issues(scaleRewards: RewardScaling) -> [FieldIssue] {
    guard !scalings.contains(scaleRewards) else { return [] }
    let names = scalings.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    let reason =
      needsGreedyResponse
      ? "; its baseline is not among the rewards whose deviation would divide, which can be 0" : ""
    return [
      FieldIssue(
        ["scale_rewards"],
        "adv_estimator '\(name)' cannot be combined with scale_rewards '\(scaleRewards.rawValue)'",
        help: "scale_rewards must be \(names)\(reason)")
    ]
  }

  static func issues(numGenerations: Int) -> [FieldIssue] {
    guard numGenerations < minimumGroupSize else { return [] }
    return [
      FieldIssue(
        ["adv_estimator"],
        "'\(name)' compares samples of one prompt, and num_generations is \(numGenerations)",
        help: "num_generations must be at least \(minimumGroupSize)")
    ]
  }

  static func issues(rollout: any RolloutSpecification) -> [FieldIssue] {
    let learnsFromBudgets = self is any BudgetAdvantageEstimator.Type
    guard rollout.scoresBudgets != learnsFromBudgets else { return [] }
    guard learnsFromBudgets else {
      let advice = AdvantageEstimators.all.compactMap {
        ($0 as? any BudgetAdvantageEstimator.Type)?.advice
      }
      return [
        FieldIssue(
          ["adv_estimator"],
          "'\(name)' takes one reward a response, and the rollout scores budgets",
          help: advice.joined(separator: "; "))
      ]
    }
    return [
      FieldIssue(
        ["adv_estimator"], "'\(name)' needs scores at budgets, and the rollout has none",
        help: "say under 'rollout' where responses are cut")
    ]
  }

  static func issues(reward: RewardConfiguration) -> [FieldIssue] {
    guard !comparesReferences, let term = reward.terms.first(where: { $0 is any ReferencedTerm })
    else { return [] }
    let names = AdvantageEstimators.all.filter { $0.comparesReferences }.map { "'\($0.name)'" }
    return [
      FieldIssue(
        ["adv_estimator"],
        "'\(type(of: term).name)' compares responses with imagined ones, which '\(name)' does not "
          + "know", help: "use " + names.joined(separator: " or "))
    ]
  }
}

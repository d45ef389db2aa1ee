package import Fields

/// Mistakes that only a combination of fields shows.
extension AlgorithmConfiguration {
  package func issues() -> [FieldIssue] {
    scalingIssues + budgetIssues + lossIssues + divergenceIssues
  }

  private var scalingIssues: [FieldIssue] {
    guard let estimator = AdvantageEstimators.named(advEstimator),
      !estimator.scalings.contains(scaleRewards)
    else { return [] }
    let names = estimator.scalings.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    let reason =
      estimator.needsGreedyResponse
      ? "; its baseline is not among the rewards whose deviation would divide, which can be 0" : ""
    return [
      FieldIssue(
        ["scale_rewards"],
        "adv_estimator '\(advEstimator)' does not go with scale_rewards '\(scaleRewards.rawValue)'",
        help: "scale_rewards must be \(names)\(reason)")
    ]
  }

  private var budgetIssues: [FieldIssue] {
    guard advEstimator != BRPO.name else {
      guard brpoLambda != nil, let baseline = brpoBaseline, baseline == .v2only || baseline == .none
      else { return [] }
      return [
        FieldIssue(
          ["brpo_lambda"], "brpo_lambda has no effect with brpo_baseline '\(baseline.rawValue)'",
          help: "only 'brpo' and 'v1only' look at earlier budgets")
      ]
    }
    return [
      ("brpo_baseline", brpoBaseline != nil), ("brpo_lambda", brpoLambda != nil),
      ("summary_adv_estimator", summaryAdvEstimator != nil),
    ].filter(\.1).map { name, _ in
      FieldIssue(
        [name], "\(name) has no effect with adv_estimator '\(advEstimator)'",
        help: "only 'brpo' scores responses at budgets")
    }
  }

  private var lossIssues: [FieldIssue] {
    var issues: [FieldIssue] = []
    if lossScaleFactor != nil, lossAggMode != .sequenceMeanTokenSumNorm {
      issues.append(
        FieldIssue(
          ["loss_scale_factor"],
          "loss_scale_factor has no effect with loss_agg_mode '\(lossAggMode.rawValue)'",
          help: "only 'seq-mean-token-sum-norm' divides by it"))
    }
    if clipRatioC != nil, policyLoss != PPOClip.name {
      issues.append(
        FieldIssue(
          ["clip_ratio_c"], "clip_ratio_c has no effect with policy_loss '\(policyLoss)'",
          help: "only 'ppo_clip' clips so"))
    }
    guard PolicyLosses.named(policyLoss)?.usesRatio == false else { return issues }
    if numIterations > 1 {
      issues.append(
        FieldIssue(
          ["num_iterations"], "policy_loss '\(policyLoss)' can use a rollout only once",
          help: "set num_iterations to 1, or use 'ppo_clip', which corrects for the ratio"))
    }
    if importanceSamplingLevel != .token {
      issues.append(
        FieldIssue(
          ["importance_sampling_level"],
          "importance_sampling_level has no effect with policy_loss '\(policyLoss)'",
          help: "it has no ratio; use 'ppo_clip' or 'cispo'"))
    }
    return issues
  }

  private var divergenceIssues: [FieldIssue] {
    let given = [("kl_target", klTarget), ("kl_horizon", klHorizon)].filter { $0.1 != nil }
    if given.count == 1 {
      let other = given[0].0 == "kl_target" ? "kl_horizon" : "kl_target"
      return [
        FieldIssue(
          [given[0].0], "\(given[0].0) is given without \(other)",
          help: "kl_coef is moved only when both are there")
      ]
    }
    guard given.count == 2, klCoef == 0 else { return [] }
    return [
      FieldIssue(
        ["kl_target"], "kl_coef is 0, and no factor moves it from there",
        help: "give kl_coef the value to start from")
    ]
  }

  /// Issues of these fields in combination with the rollout and the reward.
  package func issues(
    numGenerations: Int, rollout: any RolloutSpecification = PlainRollout(),
    reward: RewardConfiguration = RewardConfiguration()
  ) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if let estimator = AdvantageEstimators.named(advEstimator),
      numGenerations < estimator.minimumGroupSize
    {
      issues.append(
        FieldIssue(
          ["adv_estimator"],
          "'\(advEstimator)' compares samples of one prompt, and num_generations is "
            + String(numGenerations),
          help: "num_generations must be at least \(estimator.minimumGroupSize)"))
    }
    if rollout.scoresBudgets != (advEstimator == BRPO.name) {
      issues.append(
        rollout.scoresBudgets
          ? FieldIssue(
            ["adv_estimator"],
            "'\(advEstimator)' takes one reward a response, and the rollout scores budgets",
            help: "use 'brpo'; with one budget and brpo_baseline 'v2only' it is 'grpo'")
          : FieldIssue(
            ["adv_estimator"], "'brpo' needs scores at budgets, and the rollout has none",
            help: "say under 'rollout' where responses are cut"))
    }
    if klPlacement == .sequenceReward, rollout.scoresBudgets {
      issues.append(
        FieldIssue(
          ["kl_placement"],
          "'sequence_reward' takes the divergence from a response's one reward, and the rollout "
            + "scores budgets", help: "use 'reward' or 'loss'"))
    }
    let virtual = reward.terms.first { !$0.virtualValues(for: .empty).isEmpty }
    if let virtual, advEstimator != GRPO.name {
      issues.append(
        FieldIssue(
          ["adv_estimator"],
          "'\(type(of: virtual).name)' compares responses with imagined ones, which "
            + "'\(advEstimator)' does not know", help: "use 'grpo'"))
    }
    return issues
  }
}

extension ResponseGroup {
  fileprivate static let empty = ResponseGroup(responses: [], maxNewTokens: 1)
}

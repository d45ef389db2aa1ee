package import Fields

/// The algorithm of a reinforcement learning stage: estimator, loss, aggregation, divergence.
package struct AlgorithmConfiguration: FieldGroup {
  package var advEstimator = RLOO().name
  package var scaleRewards = RewardScaling.none
  package var policyLoss = PPOClip.name
  package var clipRatioLow = 0.2
  package var clipRatioHigh = 0.2
  package var clipRatioC: Double?
  package var lossAggMode = LossAggregation.tokenMean
  package var lossScaleFactor: Double?
  package var klCoef = 0.0
  package var klPlacement = KLPlacement.loss
  package var klEstimator = KLEstimator.k3
  package var numIterations = 1
  package var numMiniBatches = 1
  package var maskTruncatedCompletions = false

  package init() {}

  package static let meaning = "Estimator, loss, aggregation and divergence"

  /// Trainers disagree on the defaults of the required ones, so they have none here; a preset may
  /// give them.
  package static var fields: [Field<AlgorithmConfiguration>] {
    [
      .choice(
        "adv_estimator", \.advEstimator, of: AdvantageEstimators.choices,
        "How a group's rewards become advantages", .semantic, required: true),
      .choice(
        "scale_rewards", \.scaleRewards, "What advantages are divided by", .semantic,
        required: true),
      .choice(
        "policy_loss", \.policyLoss, of: PolicyLosses.choices, "What is minimised for one token",
        .semantic),
      .float(
        "clip_ratio_low", \.clipRatioLow, FloatRange(0, 1),
        "How far below 1 the probability ratio may fall", .semantic, required: true),
      .float(
        "clip_ratio_high", \.clipRatioHigh, .nonNegative,
        "How far above 1 the probability ratio may rise", .semantic, required: true),
      .float(
        "clip_ratio_c", \.clipRatioC,
        FloatRange(1, .infinity, excludesLower: true, excludesUpper: true),
        "Dual clip: the largest ratio for negative advantages; absent for none", .semantic),
      .choice(
        "loss_agg_mode", \.lossAggMode, "How the losses of tokens add up", .semantic,
        required: true),
      .float(
        "loss_scale_factor", \.lossScaleFactor, .positive,
        "The divisor of seq-mean-token-sum-norm; absent for max_new_tokens", .semantic),
      .float(
        "kl_coef", \.klCoef, .nonNegative,
        "Weight of the divergence from the starting policy; 0 for none", .semantic,
        required: true),
      .choice("kl_placement", \.klPlacement, "Where the divergence is charged", .semantic),
      .choice("kl_estimator", \.klEstimator, "How the divergence is estimated", .semantic),
      .int(
        "num_iterations", \.numIterations, 1...1000, "Passes over each rollout", .semantic),
      .int(
        "num_mini_batches", \.numMiniBatches, 1...10_000,
        "Optimiser steps that a pass over a rollout is split into", .semantic),
      .bool(
        "mask_truncated_completions", \.maskTruncatedCompletions,
        "Leave unfinished responses out of the loss", .semantic),
    ]
  }

  /// Whether a frozen copy of the starting policy has to be evaluated.
  package var needsReference: Bool { klCoef > 0 }

  package func issues() -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if lossScaleFactor != nil, lossAggMode != .sequenceMeanTokenSumNorm {
      issues.append(
        FieldIssue(
          ["loss_scale_factor"],
          "loss_scale_factor has no effect with loss_agg_mode '\(lossAggMode.rawValue)'",
          help: "only 'seq-mean-token-sum-norm' divides by it"))
    }
    if policyLoss == Reinforce.name, clipRatioC != nil {
      issues.append(
        FieldIssue(
          ["clip_ratio_c"], "clip_ratio_c has no effect with policy_loss 'reinforce'",
          help: "only 'ppo_clip' clips"))
    }
    if policyLoss == Reinforce.name, numIterations > 1 {
      issues.append(
        FieldIssue(
          ["num_iterations"], "policy_loss 'reinforce' can use a rollout only once",
          help: "set num_iterations to 1, or use 'ppo_clip', which corrects for the ratio"))
    }
    return issues
  }

  /// Issues of the fields here together with the number of samples a prompt gets.
  package func issues(numGenerations: Int) -> [FieldIssue] {
    guard
      let estimator = AdvantageEstimators.named(advEstimator),
      numGenerations < estimator.minimumGroupSize
    else { return [] }
    return [
      FieldIssue(
        ["adv_estimator"],
        "'\(advEstimator)' compares samples of one prompt, and num_generations is \(numGenerations)",
        help: "num_generations must be at least \(estimator.minimumGroupSize)")
    ]
  }
}

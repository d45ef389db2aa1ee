package import Fields

/// The algorithm of a reinforcement learning stage: estimator, loss, aggregation, KL penalty.
package struct AlgorithmConfiguration: FieldGroup {
  package var advEstimator = RLOO.name
  package var scaleRewards = RewardScaling.none
  package var brpoBaseline: BudgetBaseline?
  package var brpoLambda: Double?
  package var summaryAdvEstimator: SummaryEstimator?
  package var filterGroups: GroupFilter?
  package var policyLoss = PPOClip.name
  package var importanceSamplingLevel = ImportanceSamplingLevel.token
  package var clipRatioLow = 0.2
  package var clipRatioHigh = 0.2
  package var clipRatioC: Double?
  package var lossAggMode = LossAggregation.tokenMean
  package var lossScaleFactor: Double?
  package var klCoef = 0.0
  package var klPlacement = KLPlacement.loss
  package var klEstimator = KLEstimator.k3
  package var klTarget: Double?
  package var klHorizon: Double?
  package var numIterations = 1
  package var numMiniBatches = 1
  package var maskTruncatedCompletions = false

  package init() {}

  package static let meaning = "Estimator, loss, aggregation and divergence"

  /// Trainers disagree on the defaults of the required fields, so these have no default here; a
  /// preset may set them.
  package static var fields: [Field<AlgorithmConfiguration>] {
    [
      .choice(
        "adv_estimator", \.advEstimator, of: AdvantageEstimators.choices,
        "How a group's rewards become advantages", .semantic, required: true),
      .choice(
        "scale_rewards", \.scaleRewards, "What advantages are divided by", .semantic,
        required: true),
      .choice(
        "brpo_baseline", \.brpoBaseline, "What brpo subtracts; absent for brpo", .semantic),
      .float(
        "brpo_lambda", \.brpoLambda, FloatRange(0, 1, excludesLower: true),
        "How fast scores at earlier budgets are forgotten; absent for 0.5", .semantic),
      .choice(
        "summary_adv_estimator", \.summaryAdvEstimator,
        "How summaries are learned from; absent for brpo", .semantic),
      .group(
        "filter_groups", \.filterGroups,
        "Leave out prompts whose responses all agree, and draw others instead", .semantic),
      .choice(
        "policy_loss", \.policyLoss, of: PolicyLosses.choices, "What is minimised for one token",
        .semantic),
      .choice(
        "importance_sampling_level", \.importanceSamplingLevel,
        "What the probability ratio is taken of", .semantic),
      .float(
        "clip_ratio_low", \.clipRatioLow, FloatRange(0, 1),
        "How far below 1 the probability ratio may fall", .semantic, required: true),
      .float(
        "clip_ratio_high", \.clipRatioHigh, .nonNegative,
        "How far above 1 the probability ratio may rise", .semantic, required: true),
      .float(
        "clip_ratio_c", \.clipRatioC,
        FloatRange(1, .infinity, excludesLower: true, excludesUpper: true),
        "Dual clip: the largest ratio for negative advantages (verl's default is 3); absent for none",
        .semantic),
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
      .float(
        "kl_target", \.klTarget, .positive,
        "Divergence per token that kl_coef is moved towards; absent for a fixed kl_coef",
        .semantic),
      .float(
        "kl_horizon", \.klHorizon, .positive, unit: .completions,
        "Responses over which kl_coef may change by a fifth", .semantic),
      .int(
        "num_iterations", \.numIterations, 1...1000, "Passes over each rollout", .semantic),
      .int(
        "num_mini_batches", \.numMiniBatches, 1...10_000,
        "Optimiser steps that a pass over a rollout is split into, at most one a prompt", .semantic),
      .bool(
        "mask_truncated_completions", \.maskTruncatedCompletions,
        "Leave unfinished responses out of the loss", .semantic),
    ]
  }

  /// True if a frozen copy of the starting policy has to be evaluated.
  package var needsReference: Bool { klCoef > 0 }

  /// The adaptive control of `kl_coef`; nil if it is constant.
  package var adaptiveKL: AdaptiveKL? {
    guard let klTarget, let klHorizon else { return nil }
    return AdaptiveKL(target: klTarget, horizon: klHorizon)
  }

  /// The advantage estimator.
  /// - Precondition: the fields were validated.
  package var estimator: any AdvantageEstimator {
    guard let estimator = AdvantageEstimators.named(advEstimator) else {
      preconditionFailure("adv_estimator is validated against the registry")
    }
    return estimator.init(self)
  }
}

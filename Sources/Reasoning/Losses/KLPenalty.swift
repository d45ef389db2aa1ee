package import Fields

/// The penalty β KL(π ‖ πref) for moving away from the starting policy, β = `kl_coef`.
///
/// `KLEstimator` has the estimates of the divergence, `KLPlacement` the places where it is charged.
package struct KLPenalty: FieldGroup, Hashable {
  package var coef = 0.0
  package var placement = KLPlacement.loss
  package var estimator = KLEstimator.k3
  package var target: Double?
  package var horizon: Double?

  package init() {}

  package static let meaning = "The charge for the divergence from the starting policy"
  package static var fields: [Field<KLPenalty>] {
    [
      .float(
        "kl_coef", \.coef, .nonNegative,
        "Weight of the divergence from the starting policy; 0 for none", .semantic,
        required: true),
      .choice(
        "kl_placement", \.placement, "The place where the divergence is subtracted", .semantic),
      .choice("kl_estimator", \.estimator, "The estimator of the divergence", .semantic),
      .float(
        "kl_target", \.target, .positive,
        "Divergence per token that kl_coef is moved towards; absent for a fixed kl_coef",
        .semantic),
      .float(
        "kl_horizon", \.horizon, .positive, unit: .completions,
        "Responses over which kl_coef may change by a fifth", .semantic),
    ]
  }

  /// The adaptive control of `kl_coef`; nil if it is constant.
  package var adaptive: AdaptiveKL? {
    guard let target, let horizon else { return nil }
    return AdaptiveKL(target: target, horizon: horizon)
  }

  package func issues() -> [FieldIssue] {
    let given = [("kl_target", target), ("kl_horizon", horizon)].filter { $0.1 != nil }
    if given.count == 1 {
      let other = given[0].0 == "kl_target" ? "kl_horizon" : "kl_target"
      return [
        FieldIssue(
          [given[0].0], "\(given[0].0) needs \(other)",
          help: "kl_coef is moved only when both are there")
      ]
    }
    guard given.count == 2, coef == 0 else { return [] }
    return [
      FieldIssue(
        ["kl_target"], "kl_coef is 0, and no factor moves it from there",
        help: "give kl_coef the value to start from")
    ]
  }

  func issues(rollout: any RolloutSpecification) -> [FieldIssue] {
    guard placement == .sequenceReward, rollout.scoresBudgets else { return [] }
    return [
      FieldIssue(
        ["kl_placement"],
        "'sequence_reward' takes the divergence from a response's one reward, and the rollout "
          + "scores budgets", help: "use 'reward' or 'loss'")
    ]
  }

  var warnings: [FieldIssue] {
    guard coef > 0, placement == .loss, estimator == .k1 else { return [] }
    return [
      .warning(
        ["kl_estimator"],
        "'k1' in the loss has no effect on average: its gradient is that of log π alone",
        help: "in the loss 'k2' has the divergence's own gradient; 'k1' belongs in the reward")
    ]
  }
}

/// The place where the KL penalty is applied.
package enum KLPlacement: String, FieldChoice, Hashable {
  /// β k(d_t) added to each token's loss. Shao et al. 2024 (arXiv 2402.03300), eq. 3.
  case loss
  /// A_t - β Σ_{s >= t} k(d_s), after the baseline. As in the code of Arora and Zanette 2025 (arXiv
  /// 2502.04463), in OpenRLHF and in REINFORCE++.
  case reward
  /// r - β Σ_t k(d_t), before the baseline. Ahmadian et al. 2024 (arXiv 2402.14740), eq. 3 in
  /// eq. 8; TRL's RLOO trainer.
  case sequenceReward = "sequence_reward"

  package var meaning: String {
    switch self {
    case .loss: "added to each token's loss (GRPO)"
    case .reward:
      "taken from tokens after the baseline: each answers for what follows (REINFORCE++)"
    case .sequenceReward: "taken from each response's reward, before the baseline (RLOO)"
    }
  }
}

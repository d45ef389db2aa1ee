import PipelineCore

extension Preset {
  /// Aggarwal and Welleck 2025, arXiv 2503.04697: GRPO on r = 1{correct} - alpha |N - L|. KL term,
  /// clipping, dual clip, two updates per rollout and the mean over all tokens are those of the
  /// released training script and its configuration. There alpha is 0.0003 for N of 100 to 4,000
  /// tokens; it stays open here. That configuration also has an entropy bonus of 0.001, which is
  /// missing here because none of our losses has one.
  static let l1Exact = Preset(
    name: "l1_exact",
    meaning: "GRPO towards a length of token_budget tokens",
    source: "Aggarwal & Welleck 2025, L1, arXiv 2503.04697",
    text: """
      rollout:
        budget_header: prefilled
      reward:
        length_penalty:
          type: l1_exact
          apply_to: all
      \(algorithm)
      """)

  /// L1-Max: the same with r = 1{correct} clip(alpha (N - L) + 0.5, 0, 1). The reward alone is not
  /// their full recipe: L1-Max continues from step 700 of L1-Exact with a learning rate of 4e-6,
  /// and for each prompt a coin toss decides if it asks for exactly that length or for at most that
  /// length.
  static let l1Max = Preset(
    name: "l1_max",
    meaning: "GRPO towards a length of token_budget tokens at most",
    source: "Aggarwal & Welleck 2025, L1, arXiv 2503.04697",
    text: """
      rollout:
        budget_header: prefilled
      reward:
        length_penalty:
          type: l1_max
          apply_to: correct
      \(algorithm)
      """)

  private static let algorithm = """
    algorithm:
      adv_estimator: grpo
      scale_rewards: group
      policy_loss: ppo_clip
      clip_ratio_low: 0.2           # not in the paper: its scripts'
      clip_ratio_high: 0.2
      clip_ratio_c: 3               # not in the paper: its scripts'
      loss_agg_mode: token-mean     # not in the paper: its scripts'
      kl_coef: 1e-3                 # not in the paper: its scripts'
      kl_placement: loss
      kl_estimator: k3
      num_mini_batches: 2           # not in the paper: its scripts'

    """
}

import PipelineCore

extension Preset {
  /// Qi et al. 2025, arXiv 2505.13438: budget relative policy optimisation (eq. 6 to 9) for the
  /// thinking, a mean baseline within each cut's summaries (eq. 10), no division by a deviation, sums
  /// over tokens divided by a constant, neither divergence nor entropy bonus. brpo_lambda is that of
  /// fig. 3 and of their code, as are two updates a rollout. Budgets and their prior are the method's
  /// knob and stay open.
  ///
  /// Their code trains every summary, each with weight 1 against the thinking, and so does this.
  /// `max_summaries_per_step`, which is ours, leaves some out to save work and does not make up for
  /// it: with 240 of 24 · 8 · 4 · 4 = 3,072 a summary counts 1/13 of what it does there, by chance near
  /// the 1/16 of eq. 10. The constant divisor does not move with it; under `token-mean` those left out
  /// would be missing from the count of tokens as well.
  static let anytimeReasoner = Preset(
    name: "anytime_reasoner",
    meaning: "thinking that can be cut at any budget, each segment with its own advantage",
    source: "Qi et al. 2025, AnytimeReasoner, arXiv 2505.13438",
    text: """
      rollout:
        type: budget_cuts
        num_summaries: 4
      algorithm:
        adv_estimator: brpo
        scale_rewards: none
        brpo_baseline: brpo
        brpo_lambda: 0.5
        summary_adv_estimator: brpo
        policy_loss: ppo_clip
        clip_ratio_low: 0.2
        clip_ratio_high: 0.2
        loss_agg_mode: seq-mean-token-sum-norm
        kl_coef: 0
        num_mini_batches: 2

      """)
}

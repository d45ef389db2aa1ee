import PipelineCore

extension Preset {
  /// Qi et al. 2025, arXiv 2505.13438: budget relative policy optimisation (eq. 6 to 9) for the
  /// thinking, a mean baseline within each cut's summaries (eq. 10), no division by a deviation,
  /// sums over tokens divided by a constant, no KL term and no entropy bonus. `brpo_lambda` has the
  /// value of fig. 3 and of their code; the two updates per rollout are those of their code.
  /// Budgets and their prior are the method's parameters and stay open.
  ///
  /// Their code trains every summary, each with weight 1 against the thinking; so does this preset.
  /// `max_summaries_per_step` is an addition of ours: it leaves out some summaries to save work and
  /// does not compensate for that. With 240 of 24 · 8 · 4 · 4 = 3,072, a summary counts 1/13 of its
  /// weight in their code, by chance near the 1/16 of eq. 10. The constant divisor does not change
  /// with it; under `token-mean` the missing summaries would also be missing from the token count.
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

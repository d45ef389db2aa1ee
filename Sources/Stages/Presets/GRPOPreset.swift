import PipelineCore

extension Preset {
  /// Shao et al. 2024, arXiv 2402.03300: eq. 3 with the group-normalised advantage of sec. 4.1.2,
  /// the KL estimator of eq. 4, and the coefficient of sec. 4.2. The paper gives no clipping range;
  /// 0.2 is that of PPO (Schulman et al. 2017, arXiv 1707.06347) and of common trainers.
  static let grpo = Preset(
    name: "grpo",
    meaning: "group-relative advantages over their deviation, a mean per response, k3 in the loss",
    source: "Shao et al. 2024, DeepSeekMath, arXiv 2402.03300",
    text: """
      algorithm:
        adv_estimator: grpo
        scale_rewards: group
        policy_loss: ppo_clip
        clip_ratio_low: 0.2           # not in the paper: PPO's
        clip_ratio_high: 0.2
        loss_agg_mode: seq-mean-token-mean
        kl_coef: 0.04
        kl_placement: loss
        kl_estimator: k3

      """)
}

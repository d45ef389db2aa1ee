import PipelineCore

extension Preset {
  /// Liu et al. 2025, arXiv 2503.20783: GRPO without division by the group's deviation, and with a
  /// constant instead of each response's length, which removes its two biases; no KL term. The
  /// constant is `loss_scale_factor`, by default `max_new_tokens`.
  static let drGRPO = Preset(
    name: "dr_grpo",
    meaning: "GRPO without division by deviation or length, and without a divergence",
    source: "Liu et al. 2025, Understanding R1-Zero-Like Training, arXiv 2503.20783",
    text: """
      algorithm:
        adv_estimator: grpo
        scale_rewards: none
        policy_loss: ppo_clip
        clip_ratio_low: 0.2
        clip_ratio_high: 0.2
        loss_agg_mode: seq-mean-token-sum-norm
        kl_coef: 0

      """)
}

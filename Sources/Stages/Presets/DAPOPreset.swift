import PipelineCore

extension Preset {
  /// Yu et al. 2025, arXiv 2503.14476: rewards of 1 and -1 (eq. 7), clip-higher (sec. 3.1, values
  /// of 4.1), dynamic sampling (3.2), the mean over all tokens (3.3), no KL term (2.3), advantages
  /// divided by the group's deviation (eq. 9). Their soft penalty for overlong responses (3.4)
  /// starts 4,096 tokens below a limit of 20,480 and subtracts up to 1 from those rewards (eq. 13),
  /// so a correct answer at the limit still gets more than a short wrong one. The reward `len`
  /// depends on the limit, so it stays open. A rollout makes 16 updates (4.1; 512 prompts there); a
  /// step with fewer prompts makes as many updates as it has prompts. The paper does not say how
  /// often prompts may be sampled again; 10 is the value of their released scripts.
  static let dapo = Preset(
    name: "dapo",
    meaning: "GRPO with clip-higher, dynamic sampling, a mean over tokens and overlong shaping",
    source: "Yu et al. 2025, DAPO, arXiv 2503.14476",
    text: """
      reward:
        correctness:
          correct: 1
          wrong: -1
        overlong_buffer:
          penalty_factor: 1
      algorithm:
        adv_estimator: grpo
        scale_rewards: group
        filter_groups:
          metric: accuracy
          max_num_gen_batches: 10     # not in the paper: its scripts'
        policy_loss: ppo_clip
        clip_ratio_low: 0.2
        clip_ratio_high: 0.28
        loss_agg_mode: token-mean
        kl_coef: 0
        num_mini_batches: 16

      """)
}

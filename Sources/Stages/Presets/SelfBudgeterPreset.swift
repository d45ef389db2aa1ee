import PipelineCore

extension Preset {
  /// Li et al. 2025, arXiv 2505.11274: GRPO on a reward of format, budget penalty and precise
  /// budget control, whose tolerance falls linearly from 6 to 0.1. No source that we could read
  /// gives the reward's constants (`laconic schema rl` shows ours), clipping, aggregation or KL
  /// coefficient. Therefore clipping and aggregation are those of GRPO, and `kl_coef` stays open.
  /// `b_max` comes with the problems.
  static let selfBudgeter = Preset(
    name: "selfbudgeter",
    meaning: "GRPO on stating a small token budget and keeping to it",
    source: "Li et al. 2025, SelfBudgeter, arXiv 2505.11274",
    text: """
      rollout:
        budget_header: stated
      reward:
        self_budget:
          type: paper
          tolerance: {start: 6.0, end: 0.1}
      algorithm:
        adv_estimator: grpo
        scale_rewards: group
        policy_loss: ppo_clip
        clip_ratio_low: 0.2           # not in the paper: PPO's
        clip_ratio_high: 0.2
        loss_agg_mode: seq-mean-token-mean  # not in the paper: GRPO's
        kl_placement: loss
        kl_estimator: k3

      """)
}

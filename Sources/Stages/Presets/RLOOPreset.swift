import PipelineCore

extension Preset {
  /// Ahmadian et al. 2024, arXiv 2402.14740: REINFORCE on whole responses, the mean reward of a
  /// prompt's other responses as baseline (eq. 8), and the KL term of the whole response inside the
  /// reward that eq. 8 compares (eq. 3), as in TRL's RLOO trainer. A response's log-probability is
  /// the sum over its tokens, hence the aggregation. In the paper the coefficient depends on the
  /// data, so it stays open.
  static let rloo = Preset(
    name: "rloo",
    meaning: "REINFORCE on whole responses with a leave-one-out baseline, KL in the reward",
    source: "Ahmadian et al. 2024, Back to Basics, arXiv 2402.14740",
    text: """
      algorithm:
        adv_estimator: rloo
        scale_rewards: none
        policy_loss: reinforce
        clip_ratio_low: 0.2           # reinforce does not clip
        clip_ratio_high: 0.2
        loss_agg_mode: seq-mean-token-sum
        kl_placement: sequence_reward
        kl_estimator: k1

      """)
}

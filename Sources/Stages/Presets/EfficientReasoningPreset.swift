import PipelineCore

extension Preset {
  /// Arora and Zanette 2025, arXiv 2502.04463: a sigmoid of the length's z-score among correct
  /// responses (eq. 4 and 5), leave-one-out advantages, PPO's clipping, a mean per response, and
  /// the KL estimator k1 with coefficient 1e-3 in the reward. Advantages are not normalised, as the
  /// paper says (sec. 5.4); its released code whitens them over the batch, which is
  /// `scale_rewards: batch_tokens`. The KL term is applied where the code applies it: after the
  /// leave-one-out baseline, with each token charged for the tokens after it; the preset `rloo` has
  /// it inside the reward. Clipping, aggregation and the two updates of a rollout are those of the
  /// code. `alpha` is the method's parameter and stays open.
  static let efficientReasoning = Preset(
    name: "efficient_reasoning",
    meaning:
      "a sigmoid length penalty on correct responses, RLOO, PPO's clipping, k1 in the reward",
    source:
      "Arora & Zanette 2025, Training Language Models to Reason Efficiently, arXiv 2502.04463",
    text: """
      reward:
        length_penalty:
          type: sigmoid
          apply_to: correct
      algorithm:
        adv_estimator: rloo
        scale_rewards: none
        policy_loss: ppo_clip
        clip_ratio_low: 0.2
        clip_ratio_high: 0.2
        loss_agg_mode: seq-mean-token-mean
        kl_coef: 1e-3
        kl_placement: reward
        kl_estimator: k1
        num_mini_batches: 2

      """)
}

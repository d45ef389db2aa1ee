/// Other tools' names for Laconic's fields, and Laconic's own names of before. Such a name is never
/// an alias: it is an error that suggests today's name, so that one concept has one name in every
/// file.
package enum ForeignNames {
  package struct Answer: Sendable, Hashable {
    /// Laconic's names; several if the foreign name means different things in different tools.
    package let names: [String]
    /// The reason why the foreign name is not accepted, if it needs an explanation.
    package let reason: String?
  }

  /// Laconic's name for a field of TRL, verl, OpenRLHF, AReaL, open-instruct, LLaMA-Factory or
  /// Hugging Face. Nested names are joined by dots: `rollout.n`.
  package static func answer(to foreign: String) -> Answer? { answers[foreign] }

  private static let answers: [String: Answer] = {
    var answers: [String: Answer] = [:]
    for (names, foreign) in plain {
      for name in foreign { answers[name] = Answer(names: [names], reason: nil) }
    }
    for (name, ours, reason) in explained { answers[name] = Answer(names: ours, reason: reason) }
    return answers
  }()

  private static let plain: [(ours: String, foreign: [String])] = [
    // Optimisation
    ("learning_rate", ["lr", "optim.lr", "actor_learning_rate"]),
    ("lr_scheduler_type", ["lr_scheduler", "scheduler", "lr_schedule", "optim.lr_scheduler_type"]),
    ("warmup_steps", ["lr_warmup_steps", "num_warmup_steps", "optim.lr_warmup_steps"]),
    ("weight_decay", ["optim.weight_decay"]),
    ("adam_epsilon", ["adam_eps", "optim.eps"]),
    ("max_grad_norm", ["clip_grad", "optim.clip_grad", "max_norm", "grad_clip", "gradient_clip"]),
    ("max_steps", ["total_training_steps", "trainer.total_training_steps", "num_steps"]),
    ("num_train_epochs", ["num_epochs", "epochs"]),
    ("max_length", ["max_seq_length", "max_seq_len", "sequence_len", "cutoff_len"]),
    ("truncation", ["truncation_mode", "truncation_side"]),
    ("packing", ["sample_packing", "use_packing"]),
    ("prompts_per_step", ["train_batch_size", "num_unique_prompts_rollout"]),
    ("num_mini_batches", ["ppo_mini_batch_size", "ppo_n_minibatches", "steps_per_generation"]),
    ("num_iterations", ["ppo_epochs", "mu"]),
    (
      "micro_batch_size",
      ["per_device_train_batch_size", "ppo_micro_batch_size", "ppo_micro_batch_size_per_gpu"]
    ),
    (
      "recompute",
      [
        "gradient_checkpointing", "enable_gradient_checkpointing", "activation_checkpointing",
        "enable_activation_checkpointing",
      ]
    ),
    ("checkpoint_every_steps", ["save_steps", "save_freq", "freq_steps"]),
    ("checkpoint_every_seconds", ["freq_secs"]),
    // Adapters
    ("lora", ["peft", "peft_config", "use_peft", "lora_config", "adapter_config"]),
    ("r", ["lora_r", "lora_rank", "rank"]),
    ("alpha", ["lora_alpha"]),
    ("dropout", ["lora_dropout"]),
    ("target_modules", ["lora_target_modules", "lora_target"]),
    // Sampling
    (
      "num_generations",
      [
        "n", "rollout.n", "n_samples", "n_samples_per_prompt", "num_samples", "group_size",
        "num_samples_per_prompt_rollout",
      ]
    ),
    (
      "max_new_tokens",
      [
        "max_completion_length", "max_response_length", "response_length",
        "rollout.response_length", "max_tokens", "max_gen_toks", "max_resp_len",
      ]
    ),
    ("temperature", ["rollout.temperature"]),
    ("top_p", ["rollout.top_p"]),
    ("top_k", ["rollout.top_k"]),
    ("repetition_penalty", ["repeat_penalty", "rollout.repetition_penalty"]),
    ("banned_tokens", ["bad_words", "bad_words_ids", "suppress_tokens"]),
    ("stop_token_scale", ["exponential_decay_length_penalty"]),
    ("kv_cache", ["kv_cache_dtype", "cache_type_k", "cache_type_v"]),
    ("stop", ["until", "stop_strings", "stop_sequences"]),
    // Algorithm
    ("adv_estimator", ["algorithm.adv_estimator", "advantage_estimator", "advantage.estimator"]),
    ("scale_rewards", ["norm_adv_by_std_in_grpo", "no_std_norm", "adv_norm"]),
    ("loss_agg_mode", ["loss_denominator", "loss_aggregation"]),
    ("policy_loss", ["loss_mode"]),
    ("clip_ratio_low", ["epsilon", "clip_lower"]),
    ("clip_ratio_high", ["epsilon_high", "eps_clip_higher", "clip_higher"]),
    ("clip_ratio_c", ["delta", "dual_clip", "c_clip"]),
    ("kl_coef", ["init_coef", "kl_ctl", "kl_loss_coef", "kl_ctrl.kl_coef", "kl_penalty_coef"]),
    ("kl_estimator", ["kl_loss_type"]),
    ("kl_placement", ["use_kl_loss", "use_kl_in_reward", "kl.use_loss"]),
    ("kl_target", ["target_kl", "kl_ctrl.target_kl"]),
    ("kl_horizon", ["horizon", "kl_ctrl.horizon"]),
    ("entropy_coef", ["entropy_coeff", "ent_coef"]),
    ("filter_groups", ["dynamic_filtering_enable", "dynamic_sampling"]),
    ("mask_truncated_completions", ["mask_no_eos_with_zero", "overlong_filtering"]),
    ("lam", ["lambd", "gae_lambda"]),
    // Reward and budgets
    ("overlong_buffer", ["overlong_buffer_cfg", "overlong_tokens"]),
    ("len", ["overlong_buffer_len", "soft_punish_cache"]),
    ("penalty_factor", ["overlong_penalty_factor"]),
    ("weights", ["reward_weights", "gdpo_reward_weights"]),
    ("length_penalty", ["reward_type"]),
    ("token_budget", ["num_tokens"]),
    ("budget_prior", ["budget_probs"]),
    ("num_summaries", ["n_summary"]),
    ("summary_adv_estimator", ["summary_method"]),
    ("thinking_budget", ["e1-thinking-length"]),
    ("answer_budget", ["e1-solution-length"]),
    // Results: names of before
    ("pool_splits", ["together"]),
    // Model
    ("hidden_size", ["n_embd", "d_model", "dim", "embed_dim"]),
    ("num_hidden_layers", ["n_layer", "n_layers", "num_layers", "depth"]),
    ("num_attention_heads", ["n_head", "n_heads", "num_heads"]),
    ("num_key_value_heads", ["n_kv_heads", "num_kv_heads"]),
    ("intermediate_size", ["ffn_dim", "d_ff", "ffn_hidden_size"]),
    ("tie_word_embeddings", ["tie_embeddings", "tied_embeddings"]),
  ]

  private static let explained: [(foreign: String, ours: [String], reason: String)] = [
    (
      "beta", ["kl_coef"],
      "'beta' is the KL coefficient in TRL and a moment's decay or another weight elsewhere"
    ),
    (
      "loss_type", ["policy_loss", "loss_agg_mode"],
      "'loss_type' mixes the policy loss with how token losses add up; here they are two fields"
    ),
    (
      "clip_ratio", ["clip_ratio_low", "clip_ratio_high"],
      "one 'clip_ratio' leaves open which side it clips"
    ),
    (
      "eps_clip", ["clip_ratio_low", "clip_ratio_high"],
      "'eps_clip' clips both sides; here each side has its own field"
    ),
    (
      "rollout", ["sampling"], "how responses are sampled is one group, for training and evaluation"
    ),
    (
      "do_sample", ["temperature"], "'temperature: 0' picks the likeliest token"
    ),
    (
      "greedy", ["temperature"], "'temperature: 0' picks the likeliest token"
    ),
    (
      "n_budget_support", ["budgets"], "budgets are token counts, written out: [500, 1000, 2000]"
    ),
    (
      "warmup_ratio", ["warmup_steps"],
      "a ratio needs the last step, so training longer could not reuse what was done"
    ),
    (
      "lr_warmup_steps_ratio", ["warmup_steps"],
      "a ratio needs the last step, so training longer could not reuse what was done"
    ),
    (
      "num_train_epochs", ["max_steps"], "training is counted in optimizer steps"
    ),
    (
      "total_epochs", ["max_steps"], "training is counted in optimizer steps"
    ),
    (
      "batch_size", ["prompts_per_step"], "the unit is in the name"
    ),
    (
      "seed", ["seeds"], "seeds belong to the whole pipeline: 'seeds: [0, 1, 2]' at the top"
    ),
    (
      "data_loader_seed", ["seeds"],
      "seeds belong to the whole pipeline: 'seeds: [0, 1, 2]' at the top"
    ),
    (
      "optim.betas", ["adam_beta1", "adam_beta2"], "each has its own field"
    ),
    (
      "betas", ["adam_beta1", "adam_beta2"], "each has its own field"
    ),
    (
      "by", ["margin", "group_by"], "'by' is now 'margin' in claims and 'group_by' in tables"
    ),
  ]
}

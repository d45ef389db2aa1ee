import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// Names that other tools use for our fields; each gives an error with our name at its place.
@Suite struct ForeignNameTests {
  /// Names of Hugging Face, TRL, verl, OpenRLHF, AReaL and open-instruct, with ours. `A.B` is B in
  /// a map A.
  static let names: [(foreign: String, ours: String)] = [
    ("lr", "learning_rate"), ("optim.lr", "learning_rate"),
    ("optim.lr_scheduler_type", "lr_scheduler_type"), ("warmup_ratio", "warmup_steps"),
    ("lr_warmup_steps", "warmup_steps"), ("lr_warmup_steps_ratio", "warmup_steps"),
    ("optim.weight_decay", "weight_decay"), ("betas", "adam_beta1"), ("optim.betas", "adam_beta1"),
    ("clip_grad", "max_grad_norm"), ("optim.clip_grad", "max_grad_norm"),
    ("max_norm", "max_grad_norm"), ("num_train_epochs", "max_steps"),
    ("total_training_steps", "max_steps"), ("total_epochs", "max_steps"),
    ("train_batch_size", "prompts_per_step"), ("num_unique_prompts_rollout", "prompts_per_step"),
    ("steps_per_generation", "num_mini_batches"), ("ppo_mini_batch_size", "num_mini_batches"),
    ("ppo_n_minibatches", "num_mini_batches"), ("ppo_epochs", "num_iterations"),
    ("per_device_train_batch_size", "micro_batch_size"),
    ("ppo_micro_batch_size_per_gpu", "micro_batch_size"), ("seed", "seeds"),
    ("data_loader_seed", "seeds"), ("n", "num_generations"), ("rollout.n", "num_generations"),
    ("n_samples_per_prompt", "num_generations"), ("n_samples", "num_generations"),
    ("max_completion_length", "max_new_tokens"), ("max_response_length", "max_new_tokens"),
    ("response_length", "max_new_tokens"), ("rollout.response_length", "max_new_tokens"),
    ("do_sample", "temperature"), ("greedy", "temperature"), ("rollout.temperature", "temperature"),
    ("rollout.top_p", "top_p"), ("rollout.top_k", "top_k"),
    ("algorithm.adv_estimator", "adv_estimator"), ("advantage.estimator", "adv_estimator"),
    ("norm_adv_by_std_in_grpo", "scale_rewards"), ("no_std_norm", "scale_rewards"),
    ("adv_norm", "scale_rewards"), ("loss_denominator", "loss_agg_mode"),
    ("loss_type", "policy_loss"), ("loss_mode", "policy_loss"), ("epsilon", "clip_ratio_low"),
    ("clip_lower", "clip_ratio_low"), ("eps_clip", "clip_ratio_low"),
    ("clip_ratio", "clip_ratio_low"), ("epsilon_high", "clip_ratio_high"),
    ("eps_clip_higher", "clip_ratio_high"), ("clip_higher", "clip_ratio_high"),
    ("delta", "clip_ratio_c"), ("dual_clip", "clip_ratio_c"), ("c_clip", "clip_ratio_c"),
    ("beta", "kl_coef"), ("kl_loss_coef", "kl_coef"), ("kl_ctrl.kl_coef", "kl_coef"),
    ("init_coef", "kl_coef"), ("kl_ctl", "kl_coef"), ("use_kl_loss", "kl_placement"),
    ("use_kl_in_reward", "kl_placement"), ("kl.use_loss", "kl_placement"),
    ("kl_loss_type", "kl_estimator"), ("mask_no_eos_with_zero", "mask_truncated_completions"),
    ("overlong_buffer_cfg", "overlong_buffer"), ("overlong_tokens", "overlong_buffer"),
    ("reward_weights", "weights"), ("gdpo_reward_weights", "weights"),
    ("reward_type", "length_penalty"), ("target_kl", "kl_target"),
    ("kl_ctrl.target_kl", "kl_target"), ("horizon", "kl_horizon"),
    ("dynamic_filtering_enable", "filter_groups"), ("summary_method", "summary_adv_estimator"),
  ]

  /// Names of concepts that no stage has yet. They are known, and will be reported when a stage has
  /// the concept.
  static let later: [(foreign: String, ours: String)] = [
    ("save_steps", "checkpoint_every_steps"), ("save_freq", "checkpoint_every_steps"),
    ("freq_steps", "checkpoint_every_steps"), ("freq_secs", "checkpoint_every_seconds"),
    ("until", "stop"), ("entropy_coeff", "entropy_coef"), ("lambd", "lam"), ("gae_lambda", "lam"),
    ("overlong_buffer_len", "len"), ("soft_punish_cache", "len"),
    ("overlong_penalty_factor", "penalty_factor"), ("n_budget_support", "budgets"),
    ("budget_probs", "budget_prior"), ("n_summary", "num_summaries"),
    ("num_tokens", "token_budget"),
  ]

  @Test(arguments: names) func `are answered with ours`(foreign: String, ours: String) throws {
    let parts = foreign.split(separator: ".")
    let written = parts.count == 1 ? "\(foreign): 1" : "\(parts[0]): {\(parts[1]): 1}"
    // `algorithm` is also our name for the group, so its foreign member is written inside it.
    guard parts[0] != "algorithm" else { return }
    let text = MiniPipeline.yaml.replacing("kind: rl\n", with: "kind: rl\n    \(written)\n")
    let found = Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder
    ).diagnostics
    // `rollout` is our name for a group too, so the unknown name is its member.
    let stranger = parts[0] == "rollout" ? parts[1] : parts[0]
    let answer = try #require(found.first { $0.message.contains("'\(stranger)'") })
    #expect(answer.help?.contains("'\(ours)") ?? false, "\(answer.help ?? "no help")")
  }

  @Test(arguments: [
    ("kind: table\n", "by: family", "'group_by'"), ("kind: plot\n", "by: family", ""),
  ])
  func `of before are answered where they were valid`(
    kind: String, written: String, answer: String
  ) throws {
    let text = MiniPipeline.reportingYAML.replacing(kind, with: kind + "    \(written)\n")
    let found = Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder
    ).diagnostics
    let refused = try #require(found.first { $0.message.contains("'by'") })
    #expect(answer.isEmpty ? refused.help == nil : refused.help?.contains(answer) == true)
  }

  /// Words of before for a kind, in a stage and in `defaults`, and for a value.
  @Test(arguments: [
    ("kind: problems\n", "kind: advantages\n", "unknown kind 'advantages'", "advantage_variance"),
    (
      "stages:\n", "defaults:\n  advantages: {}\nstages:\n", "unknown kind 'advantages'",
      "advantage_variance"
    ),
    (
      "kind: problems\n", "kind: problems\n    suite: ladder2\n",
      "unknown value 'ladder2' for 'suite'", "controlled_detours"
    ),
  ])
  func `of before are answered with today's words`(
    place: String, written: String, message: String, successor: String
  ) throws {
    let text = MiniPipeline.yaml.replacing(place, with: written, maxReplacements: 1)
    let found = Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder
    ).diagnostics
    let refused = try #require(found.first { $0.message.hasPrefix(message) })
    #expect(refused.help == "did you mean '\(successor)'?")
    let old = try #require(message.split(separator: "'").dropFirst().first)
    let (line, column) = (refused.range.line, refused.range.column)
    let source = text.split(separator: "\n", omittingEmptySubsequences: false)[line - 1]
    #expect(source.dropFirst(column - 1).hasPrefix(old))
  }

  @Test(arguments: names + later) func `are all known`(foreign: String, ours: String) {
    #expect(ForeignNames.answer(to: foreign)?.names.contains(ours) ?? false)
  }
}

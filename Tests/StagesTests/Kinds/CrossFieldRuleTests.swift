import Foundation
import PipelineCore
import Stages
import Testing

/// Every rule over several fields or stages, with a change that breaks it and a similar change that
/// does not.
@Suite struct CrossFieldRuleTests {
  struct Rule: Sendable, CustomTestStringConvertible {
    let says: String
    let breaking: [String]
    let keeping: [String]
    var testDescription: String { says }
  }

  private static let responses = [
    "base2={kind: sft, inputs: {data: samples, policy: rl}, "
      + "train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 2}}"
  ]

  private static func rule(
    _ says: String, _ breaking: String..., but keeping: String...
  ) -> Rule {
    Rule(says: says, breaking: breaking, keeping: keeping)
  }

  static let rules: [Rule] = [
    rule(
      "num_generations must be at least 2", "rl.sampling.num_generations=1",
      but: "rl.sampling.num_generations=2"),
    rule(
      "which 'top_p' changes", "rl.sampling.top_p=0.9", but: "rl.sampling.top_p=1"),
    rule(
      "which 'top_k' changes", "rl.sampling.top_k=5", but: "rl.sampling.top_k=0"),
    rule(
      "which 'min_p' changes", "rl.sampling.min_p=0.1", but: "eval.sampling.min_p=0.1"),
    rule(
      "'remax' cannot be combined with scale_rewards 'group'", "rl.algorithm.adv_estimator=remax",
      "rl.algorithm.scale_rewards=group", but: "rl.algorithm.adv_estimator=remax"),
    rule(
      "'remax' cannot be combined with scale_rewards 'batch'", "rl.algorithm.adv_estimator=remax",
      "rl.algorithm.scale_rewards=batch", but: "rl.algorithm.adv_estimator=remax",
      "rl.algorithm.scale_rewards=batch_tokens"),
    rule(
      "no less than a right one", "rl.reward.correctness={correct: 0.5, wrong: 0.5}",
      but: "rl.reward.correctness={correct: 0.5, wrong: 0.4}"),
    rule(
      "'correctness' cannot be combined with 'cosine_length'", "rl.reward.correctness={wrong: -1}",
      "rl.reward.cosine_length={min_value_wrong: 0, max_value_wrong: 0, min_value_correct: 0, "
        + "max_value_correct: 1}",
      but: "rl.reward.correctness={wrong: -1}"),
    rule(
      "'correctness' judges whole responses",
      "rl.rollout={type: budget_cuts, budgets: [4]}", "rl.algorithm.adv_estimator=brpo",
      "rl.reward={correctness: {wrong: -1}}",
      but: "rl.rollout={type: budget_cuts, budgets: [4]}", "rl.algorithm.adv_estimator=brpo",
      "rl.reward={}"),
    rule(
      "response's one reward",
      "rl.rollout={type: budget_cuts, budgets: [4]}", "rl.algorithm.adv_estimator=brpo",
      "rl.reward={}", "rl.algorithm.kl_placement=sequence_reward",
      but: "rl.algorithm.kl_placement=sequence_reward"),
    rule(
      "longer than max_new_tokens", "rl.reward.overlong_buffer.len=13",
      but: "rl.reward.overlong_buffer.len=12"),
    rule(
      "a temperature above 0 to explore", "rl.sampling.temperature=0",
      but: "rl.sampling.temperature=0.1"),
    rule(
      "fewer than one step draws", "rl.train.prompts_per_step=65",
      but: "rl.train.prompts_per_step=64"),
    rule(
      "loss_scale_factor has no effect", "rl.algorithm.loss_scale_factor=60",
      but: "rl.algorithm.loss_scale_factor=60",
      "rl.algorithm.loss_agg_mode=seq-mean-token-sum-norm"),
    rule(
      "clip_ratio_c has no effect", "rl.algorithm.policy_loss=reinforce",
      "rl.algorithm.clip_ratio_c=3", but: "rl.algorithm.clip_ratio_c=3"),
    rule(
      "can use a rollout only once", "rl.algorithm.policy_loss=reinforce",
      "rl.algorithm.num_iterations=2", but: "rl.algorithm.num_iterations=2"),
    rule(
      "cannot be combined with scale_rewards 'none'",
      "rl.algorithm.adv_estimator=reinforce_plus_plus",
      but: "rl.algorithm.adv_estimator=reinforce_plus_plus",
      "rl.algorithm.scale_rewards=batch_tokens"),
    rule(
      "brpo_lambda has no effect", "rl.algorithm.brpo_lambda=0.5",
      but: "rl.algorithm.num_iterations=2"),
    rule(
      "needs scores at budgets", "rl.algorithm.adv_estimator=brpo",
      but: "rl.algorithm.adv_estimator=remax"),
    rule(
      "trains the last summary of a response alone",
      "rl.rollout={type: budget_cuts, budgets: [4], max_summaries_per_step: 8}",
      "rl.algorithm.adv_estimator=brpo", "rl.algorithm.summary_adv_estimator=grpo", "rl.reward={}",
      but: "rl.rollout={type: budget_cuts, budgets: [4], max_summaries_per_step: 8}",
      "rl.algorithm.adv_estimator=brpo", "rl.algorithm.summary_adv_estimator=brpo", "rl.reward={}"),
    rule(
      "'budget_prior' has no effect in a rollout of type 'think_answer'",
      "rl.rollout={type: think_answer, thinking_budget: 4, budgets: [4], budget_prior: linear}",
      but: "rl.rollout={type: think_answer, thinking_budget: 4}"),
    rule(
      "importance_sampling_level has no effect", "rl.algorithm.policy_loss=reinforce",
      "rl.algorithm.importance_sampling_level=sequence", but: "rl.algorithm.policy_loss=cispo",
      "rl.algorithm.importance_sampling_level=sequence",
      "rl.algorithm.loss_agg_mode=seq-mean-token-mean"),
    rule(
      "kl_target needs kl_horizon", "rl.algorithm.kl_target=0.1",
      but: "rl.algorithm.kl_target=0.1", "rl.algorithm.kl_horizon=1000"),
    rule(
      "no factor moves it from there", "rl.algorithm.kl_target=0.1",
      "rl.algorithm.kl_horizon=1000", "rl.algorithm.kl_coef=0",
      but: "rl.algorithm.kl_coef=0"),
    rule(
      "compares responses with imagined ones", "rl.reward.pairwise_length={}",
      but: "rl.reward.pairwise_length={}", "rl.algorithm.adv_estimator=grpo"),
    rule(
      "both replace correctness", "rl.reward.self_budget={}",
      "rl.reward.cosine_length={min_value_wrong: 0, max_value_wrong: 0, min_value_correct: 0, "
        + "max_value_correct: 1}",
      but: "rl.reward.self_budget={}", "rl.rollout.budget_header=stated"),
    rule(
      "applies to correct responses only", "rl.reward.length_penalty.type=l1_max",
      "rl.reward.length_penalty.apply_to=all", but: "rl.reward.length_penalty.type=l1_exact",
      "rl.reward.length_penalty.apply_to=all"),
    rule(
      "could get less than a wrong one", "rl.reward.self_budget={budget_penalty: -0.6}",
      but: "rl.reward.self_budget={budget_penalty: -0.5}", "rl.rollout.budget_header=stated"),
    rule(
      "min_value_correct is above max_value_correct",
      "rl.reward.self_budget={min_value_correct: 2}",
      but: "rl.reward.self_budget={min_value_correct: 1}", "rl.rollout.budget_header=stated"),
    rule(
      "responses state none", "rl.reward.self_budget={}",
      but: "rl.reward.self_budget={}", "rl.rollout.budget_header=stated"),
    rule(
      "unknown reward term 'length'", "rl.reward.weights={length: 2}",
      but: "rl.reward.weights={length_penalty: 2}"),
    rule(
      "longer than the run of 3", "rl.train.warmup_steps=4", but: "rl.train.warmup_steps=3"),
    rule(
      "responses are the same", "eval.sampling.temperature=0",
      but: "eval.sampling.temperature=0", "eval.sampling.num_generations=1"),
    rule("budgets must ascend", "eval.budgets=[8, 8]", but: "eval.budgets=[7, 8]"),
    rule(
      "lengths must ascend", "eval.generation_cutoff=[8, 8]", but: "eval.generation_cutoff=[7, 8]"),
    rule(
      "cannot be combined with", "eval.budgets=[4]", "eval.budget_header=stated",
      but: "eval.budget_header=stated"),
    rule(
      "cannot be combined with", "samples.prefilled_budgets=[4]",
      "samples.thinking_budget=4", but: "samples.prefilled_budgets=[4]"),
    rule(
      "are more than max_new_tokens", "eval.budgets=[4, 11]", but: "eval.budgets=[4, 10]"),
    rule(
      "an answer of 4 are more than max_new_tokens", "samples.thinking_budget=8",
      "samples.answer_budget=4", but: "samples.thinking_budget=8", "samples.answer_budget=3"),
    rule(
      "num_summaries has no effect", "eval.num_summaries=2",
      but: "eval.num_summaries=2", "eval.budgets=[4]"),
    rule(
      "answer_budget has no effect", "eval.answer_budget=2",
      but: "eval.answer_budget=2", "eval.budgets=[4]"),
    rule(
      "needs 'budgets'", "eval.budget_prior=linear",
      but: "eval.budget_prior=linear", "eval.budgets=[4]"),
    rule(
      "1 weights do not match 2 budgets", "eval.budgets=[4, 8]", "eval.budget_prior=explicit",
      "eval.budget_weights=[1]", but: "eval.budgets=[4, 8]", "eval.budget_prior=explicit",
      "eval.budget_weights=[1, 0]"),
    rule(
      "one weight at least must be above 0", "eval.budgets=[4]", "eval.budget_prior=explicit",
      "eval.budget_weights=[0]", but: "eval.budgets=[4]", "eval.budget_prior=explicit",
      "eval.budget_weights=[0.5]"),
    rule(
      "budget_weights has no effect", "eval.budgets=[4]", "eval.budget_weights=[1]",
      but: "eval.budgets=[4]"),
    rule(
      "all 2 summaries are the same", "eval.sampling.temperature=0",
      "eval.sampling.num_generations=1", "eval.budgets=[4]", "eval.num_summaries=2",
      but: "eval.sampling.temperature=0", "eval.sampling.num_generations=1", "eval.budgets=[4]"),
    rule(
      "'prefix' cannot be combined with", "eval.sampling.prefix='5'", "eval.budgets=[4]",
      but: "eval.sampling.prefix='5'", "eval.prefilled_budgets=[4]"),
    rule(
      "a header cannot give a budget of 1000", "eval.prefilled_budgets=[999, 1000]",
      but: "eval.prefilled_budgets=[999]"),
    rule(
      "'</t>', which is banned", "eval.sampling.banned_tokens='</t>'", "eval.thinking_budget=4",
      but: "eval.sampling.banned_tokens='</t>'"),
    rule(
      "'targets' has no meaning for problems", "base.targets=shortest", but: "base.targets=all"),
    rule(
      "'budget_header' has no meaning for problems", "base.budget_header=true",
      but: responses[0], "base2.budget_header=true"),
    rule(
      "'max_length' has no meaning for problems", "base.max_length=64",
      but: responses[0], "base2.max_length=64"),
    rule(
      "'packing' needs 'max_length'", responses[0], "base2.packing=true",
      but: responses[0], "base2.packing=true", "base2.max_length=64"),
    rule(
      "'truncation' has no effect", responses[0], "base2.truncation=drop",
      but: responses[0], "base2.truncation=drop", "base2.max_length=64"),
    rule(
      "loss_scale_factor has no effect", "base.loss_agg_mode=token-mean",
      "base.loss_scale_factor=30", but: "base.loss_agg_mode=token-mean"),
    rule(
      "cannot be combined with 'max_steps'", "base.train.num_train_epochs=1",
      but: "base.train.num_train_epochs=1", "base.train.max_steps=null"),
    rule(
      "missing field 'max_steps' or 'num_train_epochs'", "base.train.max_steps=null",
      but: "base.train.max_steps=null", "base.train.num_train_epochs=0.5"),
    rule(
      "a pair takes two",
      "base2={kind: dpo, inputs: {data: samples, policy: rl}, "
        + "train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 2}}",
      "samples.sampling.num_generations=1",
      but: "base2={kind: dpo, inputs: {data: samples, policy: rl}, "
        + "train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 2}}"),
    rule("'easy' is given twice", "eval.splits=[easy, easy]", but: "eval.splits=[easy, train]"),
    rule(
      "needs at least 2 responses", "eval.strategy=majority_vote",
      "eval.sampling.num_generations=1", but: "eval.strategy=majority_vote"),
    rule("unknown split 'hard'", "samples.split=hard", but: "samples.split=easy"),
    rule("draws from the test prompts", "rl.split=easy", but: "rl.split=train"),
    rule(
      "draws from the test prompts", "base.split=easy", but: "base.split=easy",
      "problems.splits.easy.part=train"),
    rule(
      "from 2 down to 1", "problems.splits.easy.difficulty=[2, 1]",
      but: "problems.splits.easy.difficulty=[2, 2]"),
    rule(
      "is not a valid split name", "problems.splits.Big={count: 3}",
      but: "problems.splits.big={count: 3}"
    ),
    rule(
      "'chain' is given twice", "problems.families=[chain, chain]",
      but: "problems.families=[chain, scan]"),
    rule(
      "has no generator to choose", "problems.generator=neutral",
      but: "problems.generator=long_horizon", "problems.suite=controlled_detours",
      "problems.families=[chain, peak]"),
    rule(
      "unknown family 'scan' in suite 'controlled_detours'", "problems.suite=controlled_detours",
      "problems.families=[scan]", but: "problems.suite=controlled_detours",
      "problems.families=[peak]"),
    rule(
      "'model' cannot be combined with", "base.inputs.policy=base0",
      but: "base.model={hidden_size: 32}"),
    rule("sft needs 'model'", "base.model=null", but: "base.model={}"),
    rule("missing field 'split'", "base.split=null", but: "base.split=train"),
    rule(
      "'drills' has no meaning for stored responses", responses[0], "base2.drills={}",
      but: responses[0]),
    rule(
      "swept over 'rl.train.max_steps'", "table.rows=rl.train.max_steps",
      but: "table.rows=rl.train.max_steps", "sweep.zip.rl.train.max_steps=[2, 3]"),
    rule(
      "covers split 'train'", "table.splits=[train]", but: "table.splits=[train]",
      "eval.splits=[train]"),
    rule(
      "'accuracy' is given twice", "table.columns=[accuracy, accuracy]",
      but: "table.columns=[accuracy, finished]"),
    rule(
      "do not divide a hidden size", "base.model.num_attention_heads=3",
      but: "base.model.num_attention_heads=4"),
    rule(
      "which is odd", "base.model.num_attention_heads=16", but: "base.model.num_attention_heads=8"),
    rule("wide are odd", "base.model.head_dim=3", but: "base.model.head_dim=6"),
    rule(
      "key-value heads do not divide", "base.model.num_attention_heads=4",
      "base.model.num_key_value_heads=3", but: "base.model.num_attention_heads=4",
      "base.model.num_key_value_heads=2"),
    rule(
      "more than the 1 layers", "base.model.layers=[full, full]",
      but: "base.model.layers=[full]"),
    rule(
      "a sliding layer needs 'sliding_window'", "base.model.layers=[sliding]",
      but: "base.model.layers=[sliding]", "base.model.sliding_window=8"),
    rule(
      "'sliding_window' needs a layer that slides", "base.model.sliding_window=8",
      but: "base.model.hidden_size=32"),
    rule(
      "make the model narrower", "base.model.hidden_size=65536", but: "base.model.hidden_size=64"),
  ]

  private func load(_ overrides: [String]) -> [Diagnostic] {
    var text = MiniPipeline.yaml
    if overrides.contains("base.inputs.policy=base0") {
      text = text.replacing(
        "  rl:\n",
        with: """
            base0: {kind: sft, inputs: {data: problems}, split: train, model: {}, \
          train: {learning_rate: 1, max_steps: 4, prompts_per_step: 4}}
            rl:

          """)
    }
    if let override = overrides.first(where: { $0.hasPrefix("base2=") }) {
      text = text.replacing("  eval:\n", with: "  base2: \(override.dropFirst(6))\n  eval:\n")
    }
    return Pipeline.load(
      SourceFile(name: "p.yaml", text: text),
      overrides: overrides.filter { !$0.hasPrefix("base2=") }, kinds: .builtIn,
      directory: Pipelines.folder
    ).diagnostics
  }

  /// Valid fields that are probably a mistake: a warning at the field, and none for a similar
  /// change.
  private static let warnings: [Rule] = [
    rule(
      "the only update of a rollout", "rl.algorithm.num_mini_batches=1",
      but: "rl.algorithm.num_mini_batches=1", "rl.algorithm.num_iterations=2"),
    rule(
      "the only update of a rollout", "rl.algorithm.num_mini_batches=1",
      "rl.algorithm.policy_loss=cispo",
      but: "rl.algorithm.num_mini_batches=1", "rl.algorithm.policy_loss=reinforce"),
    rule(
      "make at most 4 mini-batches", "rl.algorithm.num_mini_batches=5",
      but: "rl.algorithm.num_mini_batches=4"),
    rule(
      "weighs a sequence's one ratio by its length",
      "rl.algorithm.importance_sampling_level=sequence",
      but: "rl.algorithm.importance_sampling_level=sequence",
      "rl.algorithm.loss_agg_mode=seq-mean-token-mean"),
    rule(
      "has no effect on average", "rl.algorithm.kl_placement=loss",
      but: "rl.algorithm.kl_placement=loss", "rl.algorithm.kl_estimator=k2"),
  ]

  @Test(arguments: warnings) func `what does nothing is a warning, and what stands beside is not`(
    rule: Rule
  ) {
    let warned = load(rule.breaking)
    let text = DiagnosticPrinter().render(warned)
    #expect(!warned.hasErrors && warned.count == 1 && text.contains(rule.says), "\(text)")
    #expect(load(rule.keeping).isEmpty)
  }

  @Test func `a warning is given once, whatever the sweep`() {
    let warned = load(["rl.algorithm.num_mini_batches=1", "sweep.grid.rl.train.max_steps=[2, 3]"])
    #expect(warned.map(\.severity) == [.warning])
  }

  @Test(arguments: rules) func `a rule is broken by one change and kept by the next`(rule: Rule) {
    let broken = load(rule.breaking)
    let text = DiagnosticPrinter().render(broken)
    #expect(broken.hasErrors && text.contains(rule.says), "\(text)")
    let kept = load(rule.keeping)
    #expect(kept.isEmpty, "\(DiagnosticPrinter().render(kept))")
  }
}

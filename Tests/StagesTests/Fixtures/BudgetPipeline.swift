import Foundation
import PipelineCore
import Stages
import Testing

/// A pipeline with a model that answers sums, sometimes after a thought and sometimes at once, and
/// stages that put it under budgets. It is trained long enough to be correct sometimes.
struct BudgetPipeline {
  static let yaml = """
    version: 1
    name: budgets
    stages:

      sums:
        kind: data
        inputs: {files: {train: {file: train.jsonl}}}
        fields: {prompt: q, answer: a, response: r}

      base:
        kind: sft
        inputs: {data: sums}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
          intermediate_size: 24, short_conv: 4}
        truncated_fraction: 0.3
        train: {learning_rate: 2e-2, max_steps: 150, prompts_per_step: 8, keep_state: false}

      labels:
        kind: label
        inputs: {policy: base, problems: sums}
        split: train
        sampling: {num_generations: 4, max_new_tokens: 16}

      preferred:
        kind: dpo
        inputs: {data: labels, policy: base}
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}

      stating:
        kind: sft
        inputs: {data: labels, policy: base}
        budget_header: true
        train: {learning_rate: 1e-2, max_steps: 60, prompts_per_step: 8, keep_state: false}

      shortest:
        kind: sft
        inputs: {data: labels, policy: base}
        targets: shortest
        train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 4, keep_state: false}

      samples:
        kind: sample
        inputs: {policy: base, problems: sums}
        split: train
        sampling: {num_generations: 2, max_new_tokens: 16}

      cut:
        kind: eval
        inputs: {policy: base, problems: sums}
        splits: [train]
        sampling: {num_generations: 2, max_new_tokens: 16}
        budgets: [1, 4, 8]
        budget_prior: linear
        num_summaries: 2
        answer_budget: 3

      left:
        kind: advantage_variance
        inputs: {responses: cut}
        budget_prior: linear

      given:
        kind: eval
        inputs: {policy: stating, problems: sums}
        splits: [train]
        sampling: {num_generations: 2, max_new_tokens: 16}
        prefilled_budgets: [3, 12]

      free:
        kind: eval
        inputs: {policy: stating, problems: sums}
        splits: [train]
        sampling: {num_generations: 2, max_new_tokens: 24}
        budget_header: stated

      cutting:
        kind: rl
        inputs: {policy: base, problems: sums}
        split: train
        sampling: {num_generations: 3, max_new_tokens: 14}
        rollout: {type: budget_cuts, budgets: [1, 3, 6], num_summaries: 2, \
          answer_budget: 3, max_summaries_per_step: 30}
        algorithm: {adv_estimator: brpo, scale_rewards: none, clip_ratio_low: 0.2, \
          clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 0, num_mini_batches: 2}
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}

      phasing:
        kind: rl
        inputs: {policy: base, problems: sums}
        split: train
        sampling: {num_generations: 3, max_new_tokens: 14}
        rollout: {type: think_answer, thinking_budget: 3, answer_budget: 4}
        algorithm: {adv_estimator: grpo, scale_rewards: none, clip_ratio_low: 0.2, \
          clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 1e-3}
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}

      keeping:
        kind: rl
        preset: selfbudgeter
        inputs: {policy: stating, problems: sums, labels: labels}
        split: train
        sampling: {num_generations: 3, max_new_tokens: 20}
        algorithm: {kl_coef: 0}
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}

      told:
        kind: rl
        preset: l1_exact
        override: true
        inputs: {policy: stating, problems: sums}
        split: train
        sampling: {num_generations: 3, max_new_tokens: 20}
        rollout: {budgets: [2, 8], budget_prior: explicit, budget_weights: [1, 3]}
        reward: {length_penalty: {alpha: 0.05}}
        algorithm: {kl_coef: 0}
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}
    """

  /// The pipeline with these stages and `sums` and `base` alone.
  static func text(of stages: [String]) -> String {
    yaml.split(separator: "\n\n").filter { part in
      ["version", "  sums", "  base"].contains { part.hasPrefix($0) }
        || stages.contains { part.hasPrefix("  \($0):") }
    }.joined(separator: "\n")
  }

  /// `1+1=?` to `4+4=?`, half of them with a thought and half answered at once.
  static let problems: Data = {
    let rows = (1...4).flatMap { a in
      (1...4).map { b in
        let response = (a + b) % 2 == 0 ? "~\(a)+\(b)=\(a + b);</t>\(a + b)" : "</t>\(a + b)"
        return #"{"q":"\#(a)+\#(b)=?","a":"\#(a + b)","r":"\#(response)"}"#
      }
    }
    return Data((rows.joined(separator: "\n") + "\n").utf8)
  }()

  /// Runs these stages; the list must include those that they need besides `sums` and `base`.
  static func with<Result>(
    _ stages: [String], _ overrides: [String] = [], _ body: (Runs) throws -> Result
  ) throws -> Result {
    try OwnData.with { own in
      try own.write(problems, to: "train.jsonl")
      return try body(Runs(own: own, stages: stages, overrides: overrides))
    }
  }

  static func digests(_ stages: [String]) throws -> [String: String] {
    try with(stages) { try $0.run().digests }
  }

  struct Runs {
    let own: OwnData
    let stages: [String]
    let overrides: [String]

    func graph(_ more: [String] = []) throws -> StageGraph {
      try .reading(
        BudgetPipeline.text(of: stages), overrides: overrides + more, in: own.folder,
        allowsWarnings: true)
    }

    func run(
      _ more: [String] = [], checkpoints: CheckpointCadence = .seconds(1e9),
      stoppingIn stopped: String? = nil
    ) throws -> RunSummary {
      var options = RunOptions.testing(checkpoints: checkpoints)
      options.stopAfterAStep { $0 == stopped }
      return try Runner.run(try graph(more), store: try own.store(), options: options)
    }

    func artifact(_ address: String, of summary: RunSummary) throws -> any ArtifactReader {
      try own.store().artifact(try #require(summary.digests[address]))
    }

    func records(_ address: String, of summary: RunSummary) throws -> [ResponseRecord] {
      try ResponsesArtifact.read(try artifact(address, of: summary))
    }
  }
}

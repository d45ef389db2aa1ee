import Foundation

/// Calls `body` with a temporary folder that contains a pipeline of about a second.
func withProject<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("laconic-project-\(UUID().uuidString)")
  let pipelines = folder.appendingPathComponent("pipelines")
  try FileManager.default.createDirectory(at: pipelines, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try Data(smallPipeline.utf8).write(to: pipelines.appendingPathComponent("small.yaml"))
  return try body(folder)
}

let smallPipeline = """
  version: 1
  name: small
  stages:
    problems:
      kind: problems
      families: [chain]
      splits:
        train: {count: 200, difficulty: [1, 2]}
        easy: {count: 40, difficulty: [1, 1]}
    base:
      kind: sft
      inputs: {data: problems}
      split: train
      model: {hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, \
      intermediate_size: 48, short_conv: 4}
      train: {learning_rate: 5e-3, max_steps: 80, prompts_per_step: 8}
    rl:
      kind: rl
      inputs: {policy: base, problems: problems}
      split: train
      sampling: {num_generations: 4, max_new_tokens: 48}
      reward: {length_penalty: {alpha: 0.2}}
      algorithm: {adv_estimator: grpo, scale_rewards: group, clip_ratio_low: 0.2, \
      clip_ratio_high: 0.2, loss_agg_mode: seq-mean-token-mean, kl_coef: 0.001, \
      num_mini_batches: 2}
      train: {learning_rate: 1e-3, max_steps: 5, prompts_per_step: 8}
    eval:
      kind: eval
      inputs: {policy: rl, problems: problems}
      splits: [easy]
      sampling: {num_generations: 4, max_new_tokens: 48}
    table:
      kind: table
      inputs: {results: {rl: eval}}
      columns: [accuracy, mean_tokens]
  """

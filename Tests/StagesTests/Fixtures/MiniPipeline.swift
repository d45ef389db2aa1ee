import Foundation
import PipelineCore
import Stages
import Testing

/// The smallest pipeline that uses every stage kind, with its own store.
struct MiniPipeline {
  static let yaml = """
    version: 1
    name: mini
    stages:
      problems:
        kind: problems
        families: [chain, search]
        splits:
          train: {count: 64, difficulty: [1, 2], seed: 1}
          easy: {count: 6, difficulty: [1, 2], seed: 12345}
      base:
        kind: sft
        inputs: {data: problems}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 24, short_conv: 4}
        truncated_fraction: 0.2
        drills: {probability: 0.5, until: 0.5}
        train: {learning_rate: 1e-2, max_steps: 4, prompts_per_step: 4, warmup_steps: 2}
      rl:
        kind: rl
        inputs: {policy: base, problems: problems}
        split: train
        sampling: {num_generations: 4, max_new_tokens: 12}
        reward: {length_penalty: {alpha: 0.1}, overlong_buffer: {len: 4, penalty_factor: 0.5}}
        algorithm:
          adv_estimator: rloo
          scale_rewards: none
          clip_ratio_low: 0.2
          clip_ratio_high: 0.2
          loss_agg_mode: token-mean
          kl_coef: 1e-3
          kl_placement: reward
          kl_estimator: k1
          num_mini_batches: 2
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 4}
      samples:
        kind: sample
        inputs: {policy: rl, problems: problems}
        split: train
        sampling: {num_generations: 2, max_new_tokens: 12}
      eval:
        kind: eval
        inputs: {policy: rl, problems: problems}
        splits: [easy]
        sampling: {num_generations: 2, max_new_tokens: 12, temperature: 0.6}
        generation_cutoff: [4, 8]
      table:
        kind: table
        inputs: {results: {rl: eval}}
        columns: [accuracy, mean_tokens, finished]
      plot:
        kind: plot
        inputs: {results: {rl: eval}}
    """

  /// The same pipeline with a claim on its results.
  static let claimingYAML =
    yaml + """

        claims:
          kind: claims
          inputs: {results: {rl: eval}}
          claims:
            shorter: {metric: mean_tokens, compare: {difficulty: 1}, with: {difficulty: 2}, expect: lower}
      """

  /// The same pipeline with a report page.
  static let reportingYAML =
    claimingYAML + """

        levels:
          kind: table
          inputs: {results: {rl: eval}}
          group_by: difficulty
          columns: [accuracy, mean_tokens, finished]
        page:
          kind: report
          inputs: {parts: {verdicts: claims, figures: table}, samples: {rl: eval}}
          title: Mini
      """

  static func graph(_ yaml: String = yaml, overrides: [String] = []) throws -> StageGraph {
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "mini.yaml", text: yaml), overrides: overrides, kinds: .builtIn,
      directory: FileManager.default.temporaryDirectory)
    if !diagnostics.isEmpty { Issue.record("\(DiagnosticPrinter().render(diagnostics))") }
    return StageGraph(try #require(pipeline))
  }

  /// The artifact digest of every point by address, after a run on a new store.
  static func digests(
    _ yaml: String = yaml, overrides: [String] = [], jobs: Int = 1, threads: Int = 1
  ) throws -> [String: String] {
    try TemporaryStore.with { store in
      try run(store, yaml, overrides: overrides, jobs: jobs, threads: threads).digests
    }
  }

  static func run(
    _ store: Store, _ yaml: String = yaml, overrides: [String] = [], jobs: Int = 1,
    threads: Int = 1,
    checkpoints: CheckpointCadence = .seconds(1e9),
    stoppingIn isStopped: (@Sendable (String) -> Bool)? = nil,
    observer: any RunObserver = SilentObserver()
  ) throws -> RunSummary {
    var options = RunOptions(
      jobs: jobs, threads: threads, cores: 2, checkpoints: checkpoints,
      pipeline: "mini", file: "mini.yaml", fingerprint: { $0.fingerprint })
    if let isStopped { options.stopAfterAStep(of: isStopped) }
    return try Runner.run(
      try graph(yaml, overrides: overrides), store: store, options: options, observer: observer)
  }
}

extension RunOptions {
  /// Stops the run when a stage has completed one more step.
  mutating func stopAfterAStep(of isStopped: @escaping @Sendable (String) -> Bool) {
    atStep = { [stop] stage, _ in if isStopped(stage) { stop.request() } }
  }
}

extension RunSummary {
  var digests: [String: String] {
    Dictionary(uniqueKeysWithValues: points.map { ($0.address, $0.artifact ?? "none") })
  }
}

/// A store in a temporary folder that is deleted afterwards.
enum TemporaryStore {
  static func with<Result>(_ body: (Store) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-stages-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(try Store(root: folder))
  }
}

import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning
import Stages
import Testing

/// Stages that train adapters over a model of the same pipeline.
@Suite(.timeLimit(.minutes(60))) struct `Stages with lora` {
  private static let yaml =
    BudgetPipeline.text(of: ["labels"]) + """

        tuned:
          kind: sft
          inputs: {data: sums, policy: base}
          split: train
          lora: {r: 4, alpha: 8, dropout: 0.2}
          train: {learning_rate: 1e-2, max_steps: 4, prompts_per_step: 4}
        preferred:
          kind: dpo
          inputs: {data: labels, policy: base}
          lora: {r: 2, target_modules: [q_proj, v_proj], dropout: 0.1}
          train: {learning_rate: 1e-2, max_steps: 3, prompts_per_step: 4}
        practised:
          kind: rl
          inputs: {policy: base, problems: sums}
          split: train
          lora: {r: 2, alpha: 4, use_rslora: true}
          sampling: {num_generations: 4, max_new_tokens: 16}
          algorithm: {adv_estimator: grpo, scale_rewards: none, clip_ratio_low: 0.2, \
            clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 1e-2}
          train: {learning_rate: 5e-3, max_steps: 3, prompts_per_step: 4}
        again:
          kind: rl
          inputs: {policy: tuned, problems: sums}
          split: train
          sampling: {num_generations: 4, max_new_tokens: 16}
          algorithm: {adv_estimator: grpo, scale_rewards: none, clip_ratio_low: 0.2, \
            clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 1e-2}
          train: {learning_rate: 5e-3, max_steps: 2, prompts_per_step: 4}
        eval:
          kind: eval
          inputs: {policy: again, problems: sums}
          splits: [train]
          sampling: {num_generations: 1, max_new_tokens: 16}
      """

  private static func with<Result>(_ body: (OwnData) throws -> Result) throws -> Result {
    try OwnData.with { own in
      try own.write(BudgetPipeline.problems, to: "train.jsonl")
      return try body(own)
    }
  }

  private static func run(
    _ own: OwnData, _ overrides: [String] = [], checkpoints: CheckpointCadence = .seconds(1e9),
    threads: Int = 1, yaml: String = yaml, stoppingIn stopped: String? = nil
  ) throws -> RunSummary {
    var options = RunOptions.testing(threads: threads, checkpoints: checkpoints)
    options.stopAfterAStep { $0 == stopped }
    let graph = try StageGraph.reading(
      yaml, overrides: overrides, in: own.folder, allowsWarnings: true)
    return try Runner.run(graph, store: try own.store(), options: options)
  }

  /// One run that the tests below look at.
  private static let whole = Result { try with { try run($0).digests } }

  @Test func `do their work, whatever the threads and the passes`() throws {
    let digests = try Self.whole.get()
    for stage in ["tuned", "preferred", "practised", "again", "eval"] {
      #expect(digests[stage] != "none", "\(stage)")
    }
    let divided = ["tuned", "preferred", "practised", "again"].flatMap {
      ["\($0).train.micro_batch_size=2", "\($0).train.recompute=blocks"]
    }
    try Self.with { own in
      let found = try Self.run(own, divided, threads: 2).digests
      #expect(found == digests)
    }
  }

  /// Stops after every step of a stage and resumes.
  @Test(arguments: ["tuned", "preferred", "practised", "again"])
  func `resume to the same bytes`(stage: String) throws {
    let digests = try Self.whole.get()
    try Self.with { own in
      var outcomes: [RunSummary] = []
      for _ in 0..<6 {
        let summary = try Self.run(own, checkpoints: .steps(1), stoppingIn: stage)
        outcomes.append(summary)
        if summary.outcome == .done { break }
      }
      #expect(outcomes.count > 2, "it was stopped several times")
      #expect(outcomes.last?.digests == digests)
    }
  }

  @Test func `keep the base once, and only adapters in checkpoints`() throws {
    try Self.with { own in
      let digests = try Self.run(own).digests
      let store = try own.store()
      let base = try store.artifact(try #require(digests["base"]))
      let tuned = try store.artifact(try #require(digests["tuned"]))
      #expect(
        tuned.files.filter { !$0.hasPrefix("base/") } == [
          "adapter_config.json", "adapter_model.safetensors", "generation_config.json",
          "metrics.jsonl", "tokenizer.json",
        ])
      #expect(
        tuned.files.filter { $0.hasPrefix("base/") }.map { String($0.dropFirst(5)) } == base.files)
      for file in base.manifest.files {
        #expect(tuned.manifest["base/" + file.path]?.digest == file.digest)
      }
      #expect(BaseArtifact(of: tuned)?.digest == base.digest)
      // What continues an adapter has the same base, not an adapter below an adapter.
      let again = try store.artifact(try #require(digests["again"]))
      #expect(BaseArtifact(of: again)?.digest == base.digest)
      let tensors = try NamedTensors(
        decoding: tuned.read("adapter_model.safetensors"), file: "adapter")
      #expect(tensors.tensors.allSatisfy { $0.name.contains(".lora_") })
      #expect(
        tensors.names.first
          == "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight")
      let config = try AdapterFile(decoding: tuned.read("adapter_config.json"))
      #expect(config.shape.rank == 4 && config.shape.alpha == 8 && config.shape.dropout == 0.2)
    }
    // The state at the end is that of the adapter too.
    try Self.with { own in
      _ = try Self.run(own, checkpoints: .steps(1), stoppingIn: "tuned")
      let folder = own.folder.appendingPathComponent("store/checkpoints")
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      let state = try #require(files.first { $0.hasSuffix("state.safetensors") })
      let saved = try NamedTensors(
        decoding: try Data(contentsOf: folder.appendingPathComponent(state)), file: "state")
      #expect(!saved.names.isEmpty && saved.names.allSatisfy { $0.contains(".lora_") })
    }
  }

  @Test func `hold the base's blobs when it is collected`() throws {
    try Self.with { own in
      let digests = try Self.run(own).digests
      let store = try own.store()
      let tuned = try #require(digests["tuned"])
      // A pipeline that only continues the adapter: the newest run names no full model.
      let fewer = Self.yaml.components(separatedBy: "\n  again:")[0]
      _ = try Self.run(own, yaml: fewer)
      _ = try store.collect(GarbageLimits(keptRuns: 1))
      let artifact = try store.artifact(tuned)
      #expect(artifact.problems().isEmpty)
      _ = try ModelArtifact.read(artifact, for: ResponseFormats.standard)
    }
  }

  @Test func `share one base in memory`() throws {
    try Self.with { own in
      let digests = try Self.run(own).digests
      let store = try own.store()
      let models = try ["tuned", "preferred", "practised", "again"].map {
        try ModelArtifact.read(
          try store.artifact(try #require(digests[$0])), for: ResponseFormats.standard)
      }
      for model in models {
        #expect(model.base === models[0].base)
        #expect(model.base?.requiresGradient == false)
      }
      let base = try store.artifact(try #require(digests["base"]))
      #expect(try ModelArtifact.frozen(base, for: ResponseFormats.standard) === models[0].base)
      #expect(
        try ModelArtifact.read(base, for: ResponseFormats.standard) !== models[0].base,
        "a model that is trained is nobody else's")
    }
  }

  @Test func `begin with the reference of their policy`() throws {
    try Self.with { own in
      let digests = try Self.run(own).digests
      let store = try own.store()
      func firstDivergence(_ stage: String) throws -> Double {
        let log = try store.artifact(try #require(digests[stage])).read("metrics.jsonl")
        let row = try #require(log.split(separator: UInt8(ascii: "\n")).first)
        let kl = try JSONText(parsing: Data(row))["kl"]
        return try #require(kl.flatMap { Double($0.compact) })
      }
      // A new adapter is off, and one that is continued is as it was: nothing has diverged yet.
      #expect(try firstDivergence("practised") == 0)
      #expect(try firstDivergence("again") == 0)
    }
  }

  @Test(arguments: [
    (
      "tuned.lora.target_modules=[q_proj, v_prj]",
      "unknown module 'v_prj' of the model (did you mean 'v_proj'?)"
    ),
    ("tuned.lora.r=0", "expected a whole number from 1 to 4096 for 'r'"),
    (
      "base.lora={r: 2}", "'lora' adapts the model of the input 'policy', and there is none"
    ),
    ("again.lora={r: 2}", "'tuned' is an adapter with r 4, which this stage continues"),
    (
      "tuned.lora.target_modules=[all-linear, q_proj]",
      "'all-linear' includes the other modules"
    ),
  ])
  func `refuse what does not fit`(override: String, message: String) throws {
    try Self.with { own in
      let (_, diagnostics) = Pipeline.load(
        SourceFile(name: "own.yaml", text: Self.yaml), overrides: [override], kinds: .builtIn,
        directory: own.folder)
      let shown = diagnostics.map { $0.message + ($0.help.map { " (\($0))" } ?? "") }
      #expect(shown.contains { $0.hasPrefix(message) }, "\(shown)")
    }
  }

  @Test func `continue with another dropout, but not with another rank`() throws {
    try Self.with { own in
      let outcome = try Self.run(own, ["again.lora={dropout: 0.5, r: 4}"]).outcome
      #expect(outcome == .done)
    }
  }

  @Test func `leave the keys of stages without the field as they were`() throws {
    // Of the smallest pipeline, before the field existed.
    let graph = try MiniPipeline.graph()
    let base = try #require(graph.points.first { $0.stage == "base" })
    let key = StageKey.compute(point: base, inputs: [], fingerprint: "f")
    #expect(!key.preimage.contains { $0.path.contains("lora") })
    let value = base.kind.fields.keyed(base.config, numerics: .exact)
    #expect(value.mapValue?.keys.contains("lora") == false)
    #expect(value.mapValue?.keys.contains("model") == true)
  }
}

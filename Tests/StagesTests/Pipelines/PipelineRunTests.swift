import Foundation
import PipelineCore
import Stages
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `A pipeline of every stage kind` {
  @Test func `runs once and is then all hits`() throws {
    try TemporaryStore.with { store in
      let first = try MiniPipeline.run(store)
      #expect(first.outcome == .done)
      #expect(first.points.allSatisfy { $0.outcome == .ran })
      let second = try MiniPipeline.run(store)
      #expect(second.points.allSatisfy { $0.outcome == .hit })
      #expect(second.digests == first.digests)
    }
  }

  @Test func `makes the same bytes with two threads and two jobs`() throws {
    let one = try MiniPipeline.digests(jobs: 1, threads: 1)
    #expect(try MiniPipeline.digests(jobs: 1, threads: 2) == one)
    #expect(try MiniPipeline.digests(jobs: 2, threads: 1) == one)
  }

  @Test func `makes the same bytes for any micro-batch`() throws {
    let whole = try MiniPipeline.digests()
    let split = try MiniPipeline.digests(overrides: [
      "base.train.micro_batch_size=1", "rl.train.micro_batch_size=3",
    ])
    #expect(split == whole)
  }

  @Test func `stopped after any step goes on to the same bytes`() throws {
    let overrides = ["problems.splits.easy.count=80"]
    let whole = try MiniPipeline.digests(overrides: overrides)
    try TemporaryStore.with { store in
      var stops = 0
      var stages: Set<String> = []
      while true {
        let summary = try MiniPipeline.run(
          store, overrides: overrides, checkpoints: .steps(1), stoppingIn: { _ in true })
        if summary.outcome == .done {
          #expect(summary.digests == whole)
          break
        }
        #expect(summary.outcome == .stopped)
        stops += 1
        for point in summary.points {
          if case .stopped(_?) = point.outcome { stages.insert(point.address) }
        }
        try #require(stops < 100)
      }
      #expect(stops > 5)
      // Every kind that works in steps was stopped within a step.
      #expect(stages == ["problems", "base", "rl", "samples", "eval"])
    }
  }

  @Test func `a changed field reruns only what depends on it`() throws {
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store)
      let summary = try MiniPipeline.run(
        store, overrides: ["rl.train.learning_rate=2e-3"])
      let hits = summary.points.filter { $0.outcome == .hit }.map(\.address)
      #expect(hits == ["problems", "base"])
    }
  }

  @Test func `no split whose training would read test prompts slips through`() throws {
    // If a split sets `part` itself, the user has decided.
    _ = try MiniPipeline.graph(overrides: ["base.split=easy", "problems.splits.easy.part=train"])
  }

  @Test func `a table scores as its evaluation does`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(
        store,
        overrides: [
          "eval.strategy=majority_vote", "eval.sampling.num_generations=3",
          "eval.inputs.policy=base", "base.train.max_steps=60", "base.train.prompts_per_step=16",
        ])
      let report = try #require(summary.digests["eval"])
      let table = try #require(summary.digests["table"])
      let json = String(
        decoding: try store.artifact(report).read("evaluation.json"), as: UTF8.self)
      #expect(json.contains("\"strategy\": \"majority_vote\""))
      let csv = String(decoding: try store.artifact(table).read("table.csv"), as: UTF8.self)
      let accuracy = try #require(json.firstMatch(of: /"accuracy": ([0-9.e-]+)/)?.1)
      #expect(
        csv.contains("," + accuracy) || csv.contains("," + accuracy.replacing(".0", with: "")))
    }
  }

  @Test func `a fine curriculum and huge counts do not trap`() throws {
    let graph = try MiniPipeline.graph(overrides: [
      "base.curriculum={span: 1e-20}", "rl.train.max_steps=10000000",
      "rl.sampling.num_generations=4096", "rl.sampling.max_new_tokens=65536",
      "rl.train.prompts_per_step=64", "problems.splits.train.count=70000",
    ])
    let rl = try #require(graph.points.first { $0.stage == "rl" })
    let cost = rl.kind.cost(of: rl.config, inputs: graph.upstreams(of: rl))
    #expect(cost.maxGeneratedTokens == 10_000_000 * 64 * 4096 * 65536)
    #expect(StageCost.product(.max, 2) == .max && StageCost.sum([.max, 1]) == .max)
  }

  @Test func `a plan's bound counts the answers to parts of a thought, and greedy responses`()
    throws
  {
    func mostTokens(_ overrides: String...) throws -> Int? {
      let graph = try MiniPipeline.graph(
        overrides: overrides + ["rl.reward={}", "rl.sampling.max_new_tokens=12"])
      let rl = try #require(graph.points.first { $0.stage == "rl" })
      let cost = rl.kind.cost(of: rl.config, inputs: graph.upstreams(of: rl))
      let episodes = try #require(cost.completions)
      return try cost.maxGeneratedTokens.map {
        try #require($0 % episodes == 0 ? $0 / episodes : $0)
      }
    }
    let plain = try mostTokens("rl.sampling.num_generations=2")
    #expect(plain == 12)
    // Two samples and a greedy response are 1.5 times as many.
    let greedy = try mostTokens(
      "rl.sampling.num_generations=2", "rl.algorithm.adv_estimator=remax")
    #expect(greedy == 18)
    // A thought of 8 tokens, and two answers of 3 tokens to each of two parts.
    let cuts = try mostTokens(
      "rl.algorithm.adv_estimator=brpo",
      "rl.rollout={type: budget_cuts, budgets: [4, 8], num_summaries: 2, answer_budget: 3}")
    #expect(cuts == 20)
  }

  @Test func `another seed leaves the problems alone`() throws {
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store)
      let summary = try MiniPipeline.run(store, overrides: ["seeds=[0, 1]"])
      #expect(
        summary.points.filter { $0.outcome == .hit }.map(\.address)
          == ["problems", "base[seed=0]", "rl[seed=0]", "samples[seed=0]", "eval[seed=0]"])
      let table = try #require(summary.points.first { $0.address == "table" }?.artifact)
      let text = String(
        decoding: try store.artifact(table).read("table.txt"), as: UTF8.self)
      #expect(text.contains("2 seeds"))
    }
  }

  @Test func `fine-tunes on stored responses from a model folder`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store)
      let model = try #require(summary.digests["base"])
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("laconic-model-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      try store.export(model, to: folder)
      let more = try MiniPipeline.run(
        store, overrides: ["rl.inputs.policy={checkpoint: \(folder.path)}"])
      // The folder's bytes equal those of the artifact, so the results are cache hits.
      #expect(more.points.allSatisfy { $0.outcome == .hit })
    }
  }
}

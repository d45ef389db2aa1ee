import Foundation
import PipelineCore
import Stages
import Testing

/// A trainer's memory is part of its checkpoint: a run that is stopped after every step, with every
/// stateful reward, a filter and an adaptive coefficient, ends in the same bytes as an
/// uninterrupted run.
@Suite(.timeLimit(.minutes(120)))
struct `What a trainer remembers` {
  /// A base model that is sometimes correct, so that the memory is not empty.
  private static let overrides = [
    "problems.families=[search]", "problems.splits.train={count: 16, difficulty: [1, 1], seed: 1}",
    "base.drills=null", "base.train.max_steps=80", "base.train.prompts_per_step=16",
    "base.model.hidden_size=32", "rl.sampling.max_new_tokens=32", "rl.train.max_steps=4",
    "rl.reward.hapo={}",
    "rl.reward.short_rl={length_tolerance: 1, accuracy_tolerance: 0}",
    "rl.algorithm.filter_groups={metric: reward, max_num_gen_batches: 2}",
    "rl.algorithm.kl_target=1e-4", "rl.algorithm.kl_horizon=16",
  ]

  @Test func `survives being stopped after every step`() throws {
    let whole = try MiniPipeline.digests(overrides: Self.overrides)
    try TemporaryStore.with { store in
      var stops = 0
      while true {
        let summary = try MiniPipeline.run(
          store, overrides: Self.overrides, checkpoints: .steps(1), stoppingIn: { $0 == "rl" })
        if summary.outcome == .done {
          #expect(summary.digests == whole)
          let log = try Self.log(of: summary, in: store)
          #expect(log.contains { $0["rewards/hapo/mean"] != 0 })
          #expect(Set(log.compactMap { $0["kl_coef"] }).count > 1)
          break
        }
        stops += 1
        try #require(stops < 20)
      }
      #expect(stops == 4)
    }
  }

  @Test func `goes along when training is continued for longer`() throws {
    let longer = Self.overrides.map {
      $0 == "rl.train.max_steps=4" ? "rl.train.max_steps=6" : $0
    }
    let fresh = try MiniPipeline.digests(overrides: longer)
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store, overrides: Self.overrides)
      let summary = try MiniPipeline.run(store, overrides: longer)
      #expect(summary.points.first { $0.address == "rl" }?.outcome == .resumed(step: 4))
      #expect(summary.digests == fresh)
    }
  }

  private static func log(of summary: RunSummary, in store: Store) throws -> [[String: Double]] {
    let artifact = try store.artifact(try #require(summary.digests["rl"]))
    return try artifact.read("metrics.jsonl").split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode([String: Double].self, from: $0)
    }
  }
}

/// Numbers that a reward reads from problems must exist.
@Suite struct `Numbers of problems` {
  @Test(arguments: [
    (["rl.reward.length_penalty={type: l1_exact, alpha: 0.1}"], "token_budget"),
    (["rl.reward.self_budget={}", "rl.rollout.budget_header=stated"], "b_max"),
  ])
  func `are missed before a step is made`(_ overrides: [String], _ name: String) throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, overrides: overrides)
      guard
        case .failed(let message)? = summary.points.first(where: { $0.address == "rl" })?.outcome
      else {
        Issue.record("rl did not fail")
        return
      }
      #expect("\(message)".contains("no problem has a number '\(name)'"))
    }
  }
}

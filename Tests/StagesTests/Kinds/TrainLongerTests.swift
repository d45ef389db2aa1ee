import Foundation
import PipelineCore
import Stages
import Testing

/// Longer training starts from the end state of shorter training with the same settings.
@Suite(.timeLimit(.minutes(120)))
struct `Training longer` {
  /// Settings for which a step does not depend on the number of later steps.
  private static func settings(base: Int, rl: Int, _ more: [String] = []) -> [String] {
    ["base.drills=null", "base.train.max_steps=\(base)", "rl.train.max_steps=\(rl)"] + more
  }

  private static let numerics = ["exact", "bf16", "bf16_amx", "blas"]

  @Test(arguments: numerics)
  func `computes only the further steps and gives the bytes of a fresh run`(numerics: String)
    throws
  {
    let more = ["numerics=\(numerics)"]
    let short = Self.settings(base: 4, rl: 2, more)
    let longer = Self.settings(base: 4, rl: 5, more)
    let longest = Self.settings(base: 7, rl: 5, more)
    let freshLonger = try MiniPipeline.digests(overrides: longer)
    let freshLongest = try MiniPipeline.digests(overrides: longest)
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store, overrides: short)
      let plan = Planner.plan(try MiniPipeline.graph(overrides: longer), store: store) {
        $0.fingerprint
      }
      #expect(plan.points.first { $0.point.stage == "rl" }?.state == .extend(step: 2, of: nil))

      let observer = StepObserver()
      let second = try MiniPipeline.run(store, overrides: longer, observer: observer)
      #expect(second.points.first { $0.address == "rl" }?.outcome == .resumed(step: 2))
      #expect(observer.starts["rl"] == 2)
      #expect(second.digests == freshLonger)
      // The log has no gap and no repetition.
      let log = String(
        decoding: try store.artifact(try #require(second.digests["rl"])).read("metrics.jsonl"),
        as: UTF8.self)
      let steps = log.matches(of: /"step":\s*(\d+)/).map { String($0.1) }
      #expect(steps == ["1", "2", "3", "4", "5"])

      let third = try MiniPipeline.run(store, overrides: longest)
      #expect(third.points.first { $0.address == "base" }?.outcome == .resumed(step: 4))
      // Its policy has changed.
      #expect(third.points.first { $0.address == "rl" }?.outcome == .ran)
      #expect(third.digests == freshLongest)
    }
  }

  @Test(arguments: [
    ("base.train.lr_scheduler_type=linear", "train.lr_scheduler_type is linear"),
    ("base.train.lr_scheduler_type=cosine", "train.lr_scheduler_type is cosine"),
    ("base.curriculum={span: 0.5}", "curriculum is set"),
    ("base.drills={probability: 0.5}", "drills is set"),
  ])
  func `is refused by the field that needs the number of steps`(
    _ override: String, _ text: String
  ) throws {
    let short = Self.settings(base: 3, rl: 1, [override])
    let longer = Self.settings(base: 5, rl: 1, [override])
    let fresh = try MiniPipeline.digests(overrides: longer)
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store, overrides: short)
      let plan = Planner.plan(try MiniPipeline.graph(overrides: longer), store: store) {
        $0.fingerprint
      }
      let base = try #require(plan.points.first { $0.point.stage == "base" })
      #expect(base.state == .miss)
      #expect(
        base.obstacle.map { "\($0)" }
          == "cannot go on from step 3: \(text), which needs train.max_steps")
      let summary = try MiniPipeline.run(store, overrides: longer)
      #expect(summary.points.first { $0.address == "base" }?.outcome == .ran)
      #expect(summary.digests == fresh)
    }
  }

  @Test func `a sweep of lengths trains the longest once`() throws {
    let sweep = [
      "base.drills=null", "rl.train.max_steps=1",
      "sweep.grid={base.train.max_steps: [6, 2, 4]}",
    ]
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, overrides: sweep, jobs: 2)
      let outcomes = Dictionary(
        uniqueKeysWithValues: summary.points.filter { $0.address.hasPrefix("base[") }
          .map { ($0.address, $0.outcome) })
      #expect(
        outcomes == [
          "base[max_steps=2]": .ran, "base[max_steps=4]": .resumed(step: 2),
          "base[max_steps=6]": .resumed(step: 4),
        ])
      let alone = try MiniPipeline.digests(overrides: Self.settings(base: 6, rl: 1))
      #expect(summary.digests["base[max_steps=6]"] == alone["base"])
    }
  }

  @Test func `keep_state is no part of a key, and without it nothing is kept`() throws {
    try TemporaryStore.with { store in
      let off = Self.settings(
        base: 3, rl: 1, ["base.train.keep_state=false", "rl.train.keep_state=false"])
      let first = try MiniPipeline.run(store, overrides: off)
      #expect(try store.keptStates().isEmpty)
      let again = try MiniPipeline.run(store, overrides: Self.settings(base: 3, rl: 1))
      #expect(again.points.allSatisfy { $0.outcome == .hit })
      #expect(again.digests == first.digests)
    }
  }
}

/// Records the step from which each stage starts.
private final class StepObserver: RunObserver {
  var starts: [String: Int] = [:]
  func planned(_ plan: Plan) {}
  func started(_ point: StagePoint, resumingAt step: Int?) { starts[point.address] = step }
  func progressed(_ point: StagePoint, _ progress: StageProgress) {}
  func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {}
  func noticed(_ notice: Notice) {}
  func tick() {}
  func ended(_ summary: RunSummary) {}
}

import Foundation
import PipelineCore
import Stages
import Testing

/// Estimated sizes of a plan, compared with the bytes that a run writes.
@Suite(.timeLimit(.minutes(120)))
struct `Sizes told before a run` {
  /// Large enough that the weights and the responses dominate.
  private let overrides = [
    "base.model.hidden_size=64", "base.model.intermediate_size=172", "base.train.max_steps=30",
    "problems.splits.train.count=400",
  ]

  private func plan(_ store: Store, _ more: [String] = []) throws -> Plan {
    Planner.plan(try MiniPipeline.graph(overrides: overrides + more), store: store) {
      $0.fingerprint
    }
  }

  private func expect(_ estimate: ByteEstimate?, holds bytes: Int, _ what: String) throws {
    switch try #require(estimate, "\(what)") {
    case .atMost(let most): #expect(bytes <= most, "\(what)")
    case .about(let about):
      #expect(abs(Double(bytes) / Double(about) - 1) < 0.3, "\(what): \(bytes), not \(about)")
    }
  }

  @Test func `hold for every artifact`() throws {
    try TemporaryStore.with { store in
      let before = try plan(store)
      let summary = try MiniPipeline.run(store, overrides: overrides)
      for (planned, made) in zip(before.points, summary.points) {
        guard ![.table, .plot, .claims].contains(planned.point.kind.output) else {
          #expect(planned.cost.artifactBytes == nil)
          continue
        }
        let artifact = try store.artifact(try #require(made.artifact))
        let bytes = artifact.manifest.files.reduce(0) { $0 + $1.size }
        try expect(planned.cost.artifactBytes, holds: bytes, made.address)
      }
      // The store, including everything kept beside artifacts, is at most as large as estimated.
      let told = StageCost.sum(
        before.points.flatMap { [$0.cost.artifactBytes, $0.cost.keptBytes] }
          .compactMap { $0?.bytes })
      let objects = URL(filePath: store.root).appending(path: "objects").path
      let paths = try FileManager.default.subpathsOfDirectory(atPath: objects)
      let held = try paths.reduce(0) { sum, file in
        let attributes = try FileManager.default.attributesOfItem(atPath: objects + "/" + file)
        return attributes[.type] as? FileAttributeType == .typeRegular
          ? sum + (attributes[.size] as? Int ?? 0) : sum
      }
      #expect(held < told && held > told / 3, "\(held) of \(told)")
      // A policy's size is that of the stage that made it.
      #expect(before.points[2].cost.modelParameters == before.points[1].cost.modelParameters)
    }
  }

  @Test func `hold for checkpoints, and for a model from outside`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(
        store, overrides: overrides, checkpoints: .steps(1), stoppingIn: { $0 == "rl" })
      let rl = try #require(summary.points.first { $0.address == "rl" })
      guard case .stopped(let step?) = rl.outcome else {
        Issue.record("\(rl.outcome)")
        return
      }
      let folder = URL(filePath: store.root)
        .appending(path: "checkpoints/\(try #require(rl.key))")
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
          .first { $0.hasSuffix("\(step)") })
      let files = try FileManager.default.subpathsOfDirectory(
        atPath: folder.appending(path: name).path)
      let bytes = try files.reduce(0) { sum, file in
        let path = folder.appending(path: name).appending(path: file).path
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        return sum + (size ?? 0)
      }
      let half = try plan(store)
      try expect(half.points[2].cost.checkpointBytes, holds: bytes, "checkpoint")
      #expect(half.points[2].cost.optimizerSteps == 2 * (3 - step))

      let model = store.root + "-model"
      defer { try? FileManager.default.removeItem(atPath: model) }
      try store.export(try #require(summary.digests["base"]), to: URL(filePath: model))
      let outside = try plan(store, ["eval.inputs.policy={checkpoint: \(model)}"])
      let eval = try #require(outside.points.first { $0.point.address == "eval" })
      #expect(eval.cost.work?.sort.contains("parameters=") == true)
    }
  }
}

import Foundation
import ModelCore
import PipelineCore
import Stages
import Testing

@Suite struct `Verification of past runs` {
  private func verify(_ id: String, _ store: Store, only: Set<Int>? = nil) throws -> [String:
    Verdict.Finding]
  {
    let run = try store.run(id)
    let options = RunOptions(jobs: 2, cores: 2, keepsGoing: true, fingerprint: { $0.fingerprint })
    let verdicts = try Verifier(run, store: store, kinds: .builtIn, options: options)
      .recompute(only, describe: ArtifactDifference.describe)
    return Dictionary(uniqueKeysWithValues: verdicts.map { ($0.address, $0.finding) })
  }

  @Test func `every kind recomputes to the same bytes`() throws {
    try TemporaryStore.with { store in
      let run = try MiniPipeline.run(store)
      let findings = try verify(run.id, store)
      #expect(findings.count == run.points.count)
      #expect(findings.values.allSatisfy { $0 == .same }, "\(findings)")
    }
  }

  @Test func `a result that nobody can make again is named down to the tensor`() throws {
    try TemporaryStore.with { store in
      let first = try MiniPipeline.run(store)
      let base = try #require(first.points.first { $0.address == "base" })
      // A model with one changed weight replaces the trained one.
      let planted = try plant(store, base)
      let second = try MiniPipeline.run(store)
      #expect(second.digests["base"] == planted)
      let findings = try verify(second.id, store)
      guard case .differs("model.safetensors", let detail) = findings["base"] else {
        Issue.record("\(String(describing: findings["base"]))")
        return
      }
      #expect(detail.hasPrefix("tensor '"))
      #expect(detail.contains(" was 0.5, is "))
      #expect(findings["problems"] == .same)
      #expect(findings["rl"] == .follows("base"))
      // Results that were computed from the replaced model itself are verified as the same.
      let index = try #require(second.points.firstIndex { $0.address == "rl" })
      #expect(try verify(second.id, store, only: [index]) == ["rl": .same])
    }
  }

  /// Replaces the record of a trained model by a record of one whose first weight is 0.5.
  /// - Returns: the digest of the new artifact.
  private func plant(_ store: Store, _ point: PointResult) throws -> String {
    let key = try #require(point.key)
    let artifact = try store.artifact(try #require(point.artifact))
    let scratch = try store.makeScratch()
    for path in artifact.files {
      var bytes = try artifact.read(path)
      if path == "model.safetensors" {
        var tensors = try NamedTensors(decoding: bytes, file: path).tensors
        tensors[0].values[0] = 0.5
        bytes = NamedTensors(tensors).encoded(metadata: ["format": "pt"])
      }
      try scratch.write(bytes, to: path)
    }
    let planted = try store.commit(scratch, type: artifact.type)
    let record = URL(fileURLWithPath: store.root)
      .appendingPathComponent("records/\(key.prefix(2))/\(key).json")
    var members = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: record)) as? [String: Any])
    members["artifact"] = planted.digest
    // Earlier versions wrote records without a binding; with one, the replaced artifact would be
    // detected at once.
    members["binding"] = nil
    try FileManager.default.removeItem(at: record)
    try JSONSerialization.data(withJSONObject: members).write(to: record)
    return planted.digest
  }

  @Test func `an evaluation is keyed by the weights, wherever they lie`() throws {
    try TemporaryStore.with { store in
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("laconic-weights-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let model = folder.appendingPathComponent("model")
      let first = try MiniPipeline.run(store)
      try store.export(try #require(first.digests["rl"]), to: model)
      func states(_ path: URL) throws -> [String: PlannedState] {
        let graph = try MiniPipeline.graph(
          overrides: ["eval.inputs.policy={checkpoint: \(path.path)}"])
        let plan = Planner.plan(graph, store: store, fingerprint: { $0.fingerprint })
        return Dictionary(uniqueKeysWithValues: plan.points.map { ($0.point.address, $0.state) })
      }
      func isHit(_ state: PlannedState?) -> Bool { if case .hit = state { true } else { false } }
      #expect(isHit(try states(model)["eval"]))
      #expect(isHit(try states(model)["table"]))
      // The same weights under a new path.
      let moved = folder.appendingPathComponent("moved")
      try FileManager.default.copyItem(at: model, to: moved)
      #expect(isHit(try states(moved)["eval"]))

      // One bit of one weight is changed in place; size and time stay the same.
      let file = moved.appendingPathComponent("model.safetensors")
      let time = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate]
      let handle = try FileHandle(forUpdating: file)
      let end = try handle.seekToEnd()
      try handle.seek(toOffset: end - 4)
      let byte = try #require(try handle.read(upToCount: 1)).first ?? 0
      try handle.seek(toOffset: end - 4)
      try handle.write(contentsOf: Data([byte ^ 1]))
      try handle.close()
      try FileManager.default.setAttributes(
        [.modificationDate: try #require(time)], ofItemAtPath: file.path)
      #expect(try states(moved)["eval"] == .miss)
      #expect(isHit(try states(model)["eval"]))
    }
  }
}

import Fields
import Foundation
import PipelineCore
import TestSupport
import Testing

/// A plan changes nothing, and a run right after it does what the plan said.
@Suite struct PlanTruthTests {
  /// A store and a pipeline in which every planned state occurs.
  private struct Scene {
    let folder: TemporaryFolder
    let stages: [StageDeclaration]

    init(_ ledger: Ledger) throws {
      folder = try TemporaryFolder()
      let half = Ledger()
      let signal = StopSignal()
      let stopping = Ledger { label, step in if label == "half", step == 2 { signal.request() } }
      _ = try Runner.run(
        graph([counting("hit", half), counting("gone", half, alpha: 9)]), store: try folder.store(),
        options: .testing())
      _ = try Runner.run(
        graph([counting("half", stopping, steps: 5)]), store: try folder.store(),
        options: .testing(stop: signal))
      stages = [
        counting("hit", ledger), counting("half", ledger, steps: 5), counting("new", ledger),
        counting("twin", ledger, label: "new"), counting("after", ledger, from: "new"),
        counting("gone", ledger, alpha: 9),
        StageDeclaration(
          name: "outside", kind: CountingKind(ledger), config: counting("outside", ledger).config,
          inputs: [
            StageInput(role: "from", source: .external(.checkpoint(path: "/nowhere/at/all")))
          ]),
        gathering("table", ledger, ["hit", "after"]),
      ]
      // The artifact of 'gone' is damaged afterwards.
      let gone = Planner.plan(graph(stages), store: try folder.store()) { _ in "" }.points[5]
      guard case .hit(let digest) = gone.state else {
        Issue.record("\(gone.state)")
        return
      }
      let text = try folder.store().artifact(digest).text("value.txt")
      try overwrite(try folder.store().blob(text), with: "x")
    }
  }

  @Test func `the run right after does what every state said`() throws {
    let ledger = Ledger()
    let scene = try Scene(ledger)
    let plan = Planner.plan(graph(scene.stages), store: try scene.folder.store()) { _ in "" }
    let names = plan.points.map { "\($0.point.address) \($0.state.name)" }
    #expect(
      names == [
        "hit hit", "half resume", "new miss", "twin same", "after waits", "gone miss",
        "outside unusable", "table waits",
      ])
    guard case .damaged = plan.points[5].reason else {
      Issue.record("\(String(describing: plan.points[5].reason))")
      return
    }

    let run = try Runner.run(
      graph(scene.stages), store: try scene.folder.store(), options: .testing(keepsGoing: true))
    for (planned, result) in zip(plan.points, run.points) {
      switch planned.state {
      case .hit(let artifact): #expect(result.outcome == .hit && result.artifact == artifact)
      case .resume(let step), .extend(let step, _):
        #expect(result.outcome == .resumed(step: step))
      case .miss: #expect(result.outcome == .ran)
      case .same(let other):
        #expect(result.outcome == .hit && result.artifact == run.points[other].artifact)
      case .waits: #expect(result.outcome == .ran)
      case .unusable(let sentence): #expect(result.outcome == .failed(sentence))
      }
      if let key = planned.key { #expect(result.key == key.hex) }
    }
    #expect(ledger.steps("half") == [3, 4, 5])
  }

  @Test func `a plan leaves every byte and time stamp of the store as they were`() throws {
    let scene = try Scene(Ledger())
    let root = scene.folder.url.appending(path: "store")
    let before = try Self.snapshot(root)
    #expect(before.count > 20)
    let plan = Planner.plan(graph(scene.stages), store: Store(readOnly: root)) { _ in "" }
    _ = MeasuredRates(Store(readOnly: root)).seconds(for: plan.points[2].cost.work)
    #expect(try Self.snapshot(root) == before)
    // Planning writes nothing even with a writable store.
    let store = try scene.folder.store()
    let opened = try Self.snapshot(root)
    _ = Planner.plan(graph(scene.stages), store: store) { _ in "" }
    #expect(try Self.snapshot(root) == opened)
  }

  /// Path, size, content and times of the folder and of everything below it.
  private static func snapshot(_ root: URL) throws -> [String] {
    let base = root.path(percentEncoded: false)
    let paths = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
    return try ([""] + paths.sorted()).map { path in
      var status = stat()
      let place = path.isEmpty ? base : base + "/" + path
      #expect(lstat(place, &status) == 0)
      let isFile = status.st_mode & S_IFMT == S_IFREG
      let digest = isFile ? ContentDigest.hex(of: try Data(contentsOf: URL(filePath: place))) : ""
      let (modified, changed) = (status.st_mtim, status.st_ctim)
      return [
        path, digest, "\(status.st_ino) \(status.st_mode)",
        "\(modified.tv_sec).\(modified.tv_nsec) \(changed.tv_sec).\(changed.tv_nsec)",
      ].joined(separator: " ")
    }
  }
}

import Fields
import Foundation
import PipelineCore
import Synchronization
import Testing

/// Tests of `plan`, `status` and `export` on a store that they may not write.
@Suite struct ReadingTests {
  private let ledger = Ledger()

  /// Every file and folder below the store with the time of its last change, except `tmp`, which
  /// the run's last thread may still be removing; the hook detects changes there.
  private func state(_ folder: TemporaryFolder) -> [String: Int64] {
    let files = FileSystem()
    let root = folder.path + "store"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return Dictionary(
      uniqueKeysWithValues: ([""] + names).filter { !$0.hasPrefix("tmp") }.map {
        ($0, files.status(root + "/" + $0)?.changed ?? 0)
      })
  }

  @Test func `looking, planning and exporting leave the store as it was`() throws {
    let folder = try TemporaryFolder()
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")]
    let summary = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    let digest = try #require(summary["b"]?.artifact)
    let before = state(folder)
    #expect(before.count > 10)

    let root = folder.path + "store"
    let changes = Mutex<[FileOperation]>([])
    let files = FileSystem { operation in
      guard operation.path.hasPrefix(root) else { return }
      changes.withLock { $0.append(operation) }
      throw StoreError.readOnly(path: operation.path)
    }
    // An hour later, so that the digests taken could be remembered.
    let store = Store(
      readOnly: URL(filePath: root), files: files,
      now: { Store.wallClock() + 3_600_000_000_000 })
    let changed = stages + [counting("c", ledger, from: "b")]
    let plan = Planner.plan(graph(changed), store: store, fingerprint: { _ in "" })
    #expect(plan.points.count == 3)
    #expect(plan.points[1].state == .hit(artifact: digest))
    #expect(plan.points[2].state == .miss)
    #expect(try store.run("latest").id == summary.id)
    #expect(try store.runs(limit: 5).count == 1)
    #expect(store.leaseHolder(try #require(summary["a"]?.key)) == nil)
    try store.export(digest, to: folder.url.appending(path: "out/b"))
    try store.saveMemo()

    #expect(changes.withLock { $0 }.isEmpty)
    #expect(state(folder) == before)
    let value = try String(
      contentsOf: folder.url.appending(path: "out/b/value.txt"), encoding: .utf8)
    #expect(value == (try store.artifact(digest).text("value.txt")))
  }

  @Test func `a run of hits needs no store that can be written`() throws {
    let folder = try TemporaryFolder()
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")]
    let done = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    let before = state(folder)
    let files = FileSystem { throw StoreError.readOnly(path: $0.path) }
    let store = Store(readOnly: folder.url.appending(path: "store"), files: files)
    let reused = Runner.reuse(graph(stages), store: store, fingerprint: { _ in "" })
    let summary = try #require(reused)
    #expect(summary.outcome == .done)
    #expect(summary.points.map(\.outcome) == [.hit, .hit])
    #expect(summary.artifacts == done.artifacts)
    let more = graph(stages + [counting("c", ledger)])
    #expect(Runner.reuse(more, store: store, fingerprint: { _ in "" }) == nil)
    #expect(state(folder) == before)
  }

  @Test func `a store that is not there is empty and is not made`() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.appending(path: "store")
    let store = Store(readOnly: root)
    let plan = Planner.plan(
      graph([counting("a", ledger)]), store: store, fingerprint: { _ in "" })
    #expect(plan.points[0].state == .miss)
    #expect(try store.runs(limit: 5).isEmpty)
    #expect(throws: RunLookupError.none("latest")) { try store.run("latest") }
    #expect(throws: StoreError.self) {
      try store.export(String(repeating: "ab", count: 32), to: folder.url.appending(path: "out"))
    }
    try store.saveMemo()
    #expect(!FileManager.default.fileExists(atPath: root.path(percentEncoded: false)))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "out"))
  }
}

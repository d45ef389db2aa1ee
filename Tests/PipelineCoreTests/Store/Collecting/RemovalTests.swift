import Fields
import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite struct RemovalTests {
  private let ledger = Ledger()

  private func stages(alpha: Double = 0) -> [StageDeclaration] {
    [
      counting("a", ledger), counting("b", ledger, from: "a", alpha: alpha),
      counting("c", ledger, from: "b"),
    ]
  }

  @discardableResult
  private func run(_ folder: TemporaryFolder, alpha: Double = 0) throws -> RunSummary {
    try Runner.run(graph(stages(alpha: alpha)), store: try folder.store(), options: .testing())
  }

  @discardableResult
  private func remove(
    _ stage: String, from folder: TemporaryFolder, run name: String = "latest",
    isForced: Bool = false
  ) throws -> Removal {
    let store = try folder.store()
    let run = try store.run(name)
    return try store.remove(try run.points(named: stage), of: run, isForced: isForced)
  }

  @Test func `a removed stage is computed again, and what comes of it as before is reused`() throws
  {
    let folder = try TemporaryFolder()
    let first = try run(folder)
    _ = ledger.takeRuns()
    let blobs = folder.listing("store/objects")
    let removal = try remove("b", from: folder)
    #expect(removal.points.map(\.address) == ["b"])
    #expect(removal.points[0].hasResult)
    #expect(removal.dependents == ["c"])
    #expect(removal.otherDependents == 0)
    #expect(folder.listing("store/objects") == blobs)
    #expect(try run(folder).artifacts == first.artifacts)
    #expect(ledger.takeRuns() == ["b"])
  }

  @Test func `results that another run made of it are counted, and what is not there is said`()
    throws
  {
    let folder = try TemporaryFolder()
    let old = try run(folder, alpha: 1)
    try run(folder, alpha: 2)
    let removal = try remove("a", from: folder)
    #expect(removal.dependents == ["b", "c"])
    #expect(removal.otherDependents == 2)
    #expect(try remove("a", from: folder).points.allSatisfy(\.isEmpty))
    #expect(try remove("b", from: folder, run: old.id).dependents == ["c"])
  }

  @Test func `without removing anything the same is told`() throws {
    let folder = try TemporaryFolder()
    try run(folder)
    let store = Store(readOnly: folder.url.appending(path: "store"))
    let files = folder.listing()
    let run = try store.run("latest")
    let told = try store.removal(of: try run.points(named: "b"), in: run)
    #expect(folder.listing() == files)
    #expect(try remove("b", from: folder) == told)
  }

  @Test func `unfinished work begins anew`() throws {
    let folder = try TemporaryFolder()
    let stop = StopSignal()
    let stopping = Ledger { label, step in if label == "b", step == 2 { stop.request() } }
    let stages = [counting("a", stopping), counting("b", stopping, from: "a")]
    let summary = try Runner.run(
      graph(stages), store: try folder.store(), options: .testing(stop: stop))
    #expect(summary.outcome == .stopped)
    let removal = try remove("b", from: folder)
    #expect(removal.points.map(\.hasCheckpoints) == [true])
    #expect(removal.points.map(\.hasResult) == [false])
    try run(folder)
    #expect(ledger.steps("b") == [1, 2, 3])
  }

  @Test func `a pinned run keeps its results unless forced`() throws {
    let folder = try TemporaryFolder()
    let pinned = try run(folder)
    try folder.store().pin(pinned.id)
    try run(folder)
    #expect(throws: RemovalRefusal.pinned(address: "b", run: pinned.id)) {
      try remove("b", from: folder)
    }
    #expect(folder.listing("store/records").count == 3)
    try remove("b", from: folder, isForced: true)
    #expect(folder.listing("store/records").count == 2)
  }

  @Test func `what a process is at work on is never removed`() throws {
    let folder = try TemporaryFolder()
    let summary = try run(folder)
    let store = try folder.store()
    let key = try #require(summary["b"]?.key)
    guard case .granted(let lease) = try store.takeLease(key, holder: LeaseHolder(address: "b"))
    else {
      Issue.record("the lease is free")
      return
    }
    #expect(throws: RemovalRefusal.self) { try remove("b", from: folder, isForced: true) }
    lease.release()
    try remove("b", from: folder)
    #expect(folder.listing("store/records").count == 2)
  }

  @Test func `killed at any moment, a result is whole or gone`() throws {
    let source = try TemporaryFolder()
    let expected = try run(source)
    let keys = expected.points.compactMap(\.key)
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      try run(folder)
      let disk = BadDisk(.powerCut, at: position)
      _ = try? {
        let store = try folder.store(files: disk.files)
        let run = try store.run("latest")
        _ = try store.remove(run.points, of: run)
      }()
      let store = try folder.store()
      for key in keys {
        if case .damaged(_, let problems) = store.lookup(key) {
          Issue.record("change \(position): \(problems)")
        }
      }
      #expect(try run(folder).artifacts == expected.artifacts, "change \(position)")
      guard disk.hasStruck else { break }
      position += 2
    }
    #expect(position > 6)
  }
}

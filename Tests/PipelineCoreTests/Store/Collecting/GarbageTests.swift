import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

@Suite struct GarbageTests {
  private let ledger = Ledger()

  private func stages(alpha: Double) -> [StageDeclaration] {
    [counting("a", ledger), counting("b", ledger, from: "a", alpha: alpha)]
  }

  @discardableResult
  private func run(_ folder: TemporaryFolder, alpha: Double) throws -> RunSummary {
    try Runner.run(graph(stages(alpha: alpha)), store: try folder.store(), options: .testing())
  }

  /// A store whose clock is two minutes ahead, so that nothing counts as just written.
  private func later(_ folder: TemporaryFolder) throws -> Store {
    try folder.store(now: { Store.wallClock() + 120_000_000_000 })
  }

  @discardableResult
  private func collect(
    _ folder: TemporaryFolder, maxSize: Int? = nil, keptRuns: Int? = nil
  ) throws -> GarbageReport {
    try later(folder).collect(GarbageLimits(maxSize: maxSize, keptRuns: keptRuns))
  }

  @Test func `what the newest runs use stays, all else goes`() throws {
    let folder = try TemporaryFolder()
    let old = try run(folder, alpha: 1)
    let new = try run(folder, alpha: 2)
    #expect(try folder.records() == 3)
    let report = try collect(folder, keptRuns: 1)
    #expect((report.results, report.keptResults, report.runs, report.keptRuns) == (1, 2, 1, 1))
    #expect(try folder.wholeRecords() == 2)
    #expect(try folder.store().runIDs() == [new.id])
    #expect(folder.listing("store/runs/resolved").count == 1)
    #expect(report.freed > 0)
    // What remains is exactly what a store without the old run holds, except for the lock.
    let fresh = try TemporaryFolder()
    try run(fresh, alpha: 2)
    #expect(folder.listing("store/objects") == fresh.listing("store/objects"))

    _ = ledger.takeRuns()
    #expect(try run(folder, alpha: 2).artifacts == new.artifacts)
    #expect(ledger.takeRuns() == [])
    #expect(try run(folder, alpha: 1).artifacts == old.artifacts)
    #expect(ledger.takeRuns() == ["b"])
  }

  @Test func `without limits every run is kept whole`() throws {
    let folder = try TemporaryFolder()
    for alpha in 1...7 { try run(folder, alpha: Double(alpha)) }
    let before = folder.listing("store/objects")
    let report = try collect(folder)
    #expect((report.freed, report.results, report.runs, report.files) == (0, 0, 0, 0))
    #expect((report.keptResults, report.keptRuns) == (8, 7))
    #expect(folder.listing("store/objects") == before)
  }

  @Test func `pinned runs survive, let go they do not`() throws {
    let folder = try TemporaryFolder()
    let pinned = try run(folder, alpha: 1)
    try run(folder, alpha: 2)
    let newest = try run(folder, alpha: 3)
    #expect(try folder.store().pin(String(pinned.id.dropLast(2))) == pinned.id)
    #expect(try folder.store().pin(pinned.id) == pinned.id)
    #expect(try folder.store().pinnedRuns() == [pinned.id])
    try collect(folder, maxSize: 0, keptRuns: 1)
    #expect(try folder.store().runIDs() == [pinned.id, newest.id])
    #expect(try folder.wholeRecords() == 3)
    for digest in pinned.artifacts {
      #expect(try folder.store().artifact(digest).problems().isEmpty)
    }

    #expect(try folder.store().unpin(pinned.id) == pinned.id)
    try collect(folder, keptRuns: 1)
    #expect(try folder.store().runIDs() == [newest.id])
    #expect(throws: RunLookupError.notPinned(pinned.id)) { try folder.store().unpin(pinned.id) }
    #expect(throws: RunLookupError.none("nothing")) { try folder.store().pin("nothing") }
  }

  @Test func `under a limit what was used longest ago goes first, and no more than needed`() throws
  {
    let folder = try TemporaryFolder()
    for alpha in 1...4 { try run(folder, alpha: Double(alpha)) }
    // The first result is used again, so now the second is the least recently used.
    try run(folder, alpha: 1)
    let size = try later(folder).garbage(GarbageLimits(maxSize: .max)).left
    let report = try collect(folder, maxSize: size - 1)
    #expect(report.results == 1)
    #expect(report.left < size)
    #expect(try folder.wholeRecords() == 4)
    _ = ledger.takeRuns()
    for alpha in [1.0, 3, 4] { try run(folder, alpha: alpha) }
    #expect(ledger.takeRuns() == [])
    try run(folder, alpha: 2)
    #expect(ledger.takeRuns() == ["b"])

    let all = try collect(folder, maxSize: 0)
    // The newest run needs two results; they stay although the limit is 0.
    #expect(all.keptResults == 2)
    #expect(all.left > 0)
  }

  @Test func `a dry run says the same and changes nothing`() throws {
    let folder = try TemporaryFolder()
    for alpha in 1...3 { try run(folder, alpha: Double(alpha)) }
    let before = folder.listing()
    let limits = GarbageLimits(keptRuns: 1)
    let root = folder.url.appending(path: "store")
    let files = FileSystem { operation in throw StoreError.readOnly(path: operation.path) }
    let said = try Store(
      readOnly: root, files: files, now: { Store.wallClock() + 120_000_000_000 }
    ).garbage(limits)
    #expect(folder.listing() == before)
    #expect(try collect(folder, keptRuns: 1) == said)
    #expect(said.results == 2)
  }

  @Test func `a checkpoint stays while a kept run may go on from it`() throws {
    let folder = try TemporaryFolder()
    let stop = StopSignal()
    let stopping = Ledger { _, step in if step == 2 { stop.request() } }
    let summary = try Runner.run(
      graph([counting("a", stopping)]), store: try folder.store(), options: .testing(stop: stop))
    let key = try #require(summary["a"]?.key)
    #expect(try collect(folder).checkpoints == 0)
    #expect(try folder.store().latestCheckpoint(key).checkpoint?.step == 2)

    // A process holds the lease, but its run is not in the list.
    guard
      case .granted(let lease) = try folder.store().takeLease(key, holder: LeaseHolder(address: ""))
    else {
      Issue.record("no lease")
      return
    }
    #expect(try collect(folder, keptRuns: 0).checkpoints == 0)
    #expect(try folder.store().latestCheckpoint(key).checkpoint?.step == 2)
    lease.release()
    #expect(try collect(folder, keptRuns: 0).checkpoints == 1)
    #expect(try folder.store().latestCheckpoint(key).checkpoint == nil)
    #expect(folder.listing("store/leases").isEmpty)
  }

  @Test func `a training state stays with its run, and goes by its own last use`() throws {
    let folder = try TemporaryFolder()
    func run(_ steps: Int) throws -> RunSummary {
      var kind = CountingKind(ledger)
      kind.trainingLength = {
        TrainingLength(
          path: ["steps"], steps: $0["steps"].intValue ?? 0, keepsState: true, obstacles: [])
      }
      let stage = StageDeclaration(
        name: "a", kind: kind, config: counting("a", ledger, steps: steps).config, inputs: [])
      return try Runner.run(graph([stage]), store: try folder.store(), options: .testing())
    }
    _ = try run(3)
    let longer = try run(5)
    #expect(longer["a"]?.outcome == .resumed(step: 3))
    #expect(try collect(folder).states == 0)
    #expect(try collect(folder, keptRuns: 1).states == 1)
    #expect(try run(7)["a"]?.outcome == .resumed(step: 5))
    // A state that work used within the last minute is kept.
    #expect(try folder.store().collect(GarbageLimits(keptRuns: 0)).states == 0)
    let report = try collect(folder, keptRuns: 0)
    #expect((report.states, report.left) == (2, 0))
    #expect(folder.listing("store/objects") == [])
  }

  @Test func `what a living run names stays, though no run is kept`() throws {
    let folder = try TemporaryFolder()
    try run(folder, alpha: 1)
    let reports = Mutex<[GarbageReport]>([])
    // `c` runs long enough for a collection; `a` is a cache hit and its input, `b` is done on the
    // way.
    let collecting = Ledger { [self] label, step in
      guard label == "c", step == 2 else { return }
      _ = try? later(folder).collect(GarbageLimits(maxSize: 0, keptRuns: 0))
      let report = try? collect(folder, maxSize: 0, keptRuns: 0)
      reports.withLock { $0 += report.map { [$0] } ?? [] }
    }
    let summary = try Runner.run(
      graph([
        counting("a", ledger), counting("b", ledger, from: "a", alpha: 2),
        counting("c", collecting, from: "b"), counting("d", ledger, from: "a", also: "c"),
      ]), store: try folder.store(), options: .testing())
    #expect(summary.outcome == .done)
    #expect(reports.withLock(\.count) == 1)
    // The old `b` was removed; `a`, `b`, `c` and `d` are there.
    #expect(try folder.wholeRecords() == 4)
    for digest in summary.artifacts {
      #expect(try folder.store().artifact(digest).problems().isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(120)))
  func `collecting all the time beside two runs breaks neither`() throws {
    let folder = try TemporaryFolder()
    let done = Atomic<Bool>(false)
    let threads = DispatchGroup()
    let problems = Mutex<[String]>([])
    let rounds = 6
    let collections = Atomic<Int>(0)
    let runners = DispatchGroup()
    for runner in 0..<2 {
      runners.enter()
      Thread.detachNewThread { [ledger] in
        defer { runners.leave() }
        for round in 0..<rounds {
          let stages = [
            counting("a", ledger, steps: 2),
            counting("b", ledger, from: "a", steps: 2, alpha: Double(round)),
            counting("c", ledger, from: "b", also: "a", steps: 2, alpha: Double(runner)),
          ]
          let before = collections.load(ordering: .relaxed)
          do {
            let summary = try Runner.run(
              graph(stages), store: try folder.store(), options: .testing(jobs: 2))
            if summary.outcome != .done { problems.withLock { $0.append("\(summary.outcomes)") } }
          } catch {
            problems.withLock { $0.append("\(error)") }
          }
          // However busy the machine is, a collection comes between two runs of a runner.
          if !eventually({ collections.load(ordering: .relaxed) > before }) {
            problems.withLock { $0.append("nothing was collected") }
          }
        }
      }
    }
    threads.enter()
    Thread.detachNewThread { [self] in
      defer { threads.leave() }
      while !done.load(ordering: .relaxed) {
        do {
          try collect(folder, maxSize: 0, keptRuns: 0)
          collections.add(1, ordering: .relaxed)
        } catch {
          problems.withLock { $0.append("gc: \(error)") }
        }
      }
    }
    runners.wait()
    done.store(true, ordering: .relaxed)
    threads.wait()
    #expect(problems.withLock { $0 } == [])
    #expect(collections.load(ordering: .relaxed) >= rounds)
    _ = try folder.wholeRecords()
  }

  @Test(arguments: Faults.Mode.allCases)
  func `stopped at any of its operations it leaves no record of what is gone`(
    _ mode: Faults.Mode
  ) throws {
    let reference = try TemporaryFolder()
    let expected = try run(reference, alpha: 1)
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      for alpha in 1...2 { try run(folder, alpha: Double(alpha)) }
      try folder.write("half", to: "store/tmp/4711-00000000000000ab/1")
      let faults = Faults(mode, at: position)
      do {
        let store = try folder.store(
          files: faults.files, now: { Store.wallClock() + 120_000_000_000 })
        faults.arm()
        _ = try? store.collect(GarbageLimits(keptRuns: 1))
      }
      _ = try folder.wholeRecords()
      // The next collection finishes what this one began.
      try collect(folder, keptRuns: 1)
      #expect(try folder.wholeRecords() == 2, "operation \(position)")
      #expect(folder.listing("store/tmp").isEmpty)
      #expect(try run(folder, alpha: 1).artifacts == expected.artifacts)
      guard faults.hasStruck else { break }
      position += 1
    }
    #expect(position > 8)
  }

  @Test func `torn records, records of lost blobs and abandoned files go`() throws {
    let folder = try TemporaryFolder()
    let summary = try run(folder, alpha: 1)
    try folder.write(
      "{\"format\": 1", to: "store/records/aa/\(String(repeating: "a", count: 64)).json")
    try folder.write("x", to: "store/tmp/4711-00000000000000ab/1/weights")
    try folder.write("{}", to: "store/leases/\(String(repeating: "b", count: 64)).lock")
    let value = try folder.store().artifact(try #require(summary["b"]?.artifact)).text("value.txt")
    try FileManager.default.removeItem(at: folder.store().blob(value))
    let report = try collect(folder)
    // The damaged record and the one of `b`.
    #expect(report.results == 2)
    #expect(try folder.wholeRecords() == 1)
    #expect(folder.listing("store/tmp").isEmpty)
    #expect(folder.listing("store/leases").isEmpty)
    _ = ledger.takeRuns()
    #expect(try run(folder, alpha: 1).artifacts == summary.artifacts)
    #expect(ledger.takeRuns() == ["b"])
  }

  @Test func `a blob that nothing names yet is left alone for a minute`() throws {
    let folder = try TemporaryFolder()
    let artifact = try folder.store().commit(["a": "text"])
    _ = try folder.store().collect(GarbageLimits())
    #expect(artifact.problems().isEmpty)
    try collect(folder)
    #expect(artifact.problems().count == 1)
    #expect(folder.listing("store/objects").isEmpty)
  }

  @Test func `a table with points missing stays with its run`() throws {
    let folder = try TemporaryFolder()
    ledger.setFailing(["b"])
    let summary = try Runner.run(
      graph([counting("a", ledger), counting("b", ledger), gathering("t", ledger, ["a", "b"])]),
      store: try folder.store(), options: .testing(keepsGoing: true))
    let digest = try #require(summary["t"]?.artifact)
    try collect(folder, maxSize: 0)
    #expect(try folder.store().artifact(digest).problems().isEmpty)
    try collect(folder, keptRuns: 0)
    #expect(throws: StoreError.self) { try folder.store().artifact(digest) }
  }

  @Test func `records of a later version are not taken for garbage`() throws {
    let folder = try TemporaryFolder()
    try run(folder, alpha: 1)
    let key = String(repeating: "a", count: 64)
    try folder.write("{\"format\": 99, \"key\": \"\(key)\"}", to: "store/records/aa/\(key).json")
    let before = folder.listing("store/objects")
    let error = #expect(throws: StoreError.self) { try collect(folder, keptRuns: 0) }
    #expect("\(try #require(error))".hasSuffix("a later version of Laconic wrote it"))
    #expect(folder.listing("store/objects") == before)
  }
}

extension TemporaryFolder {
  fileprivate func records() throws -> Int { listing("store/records").count }

  /// The number of records; every one must be a cache hit.
  fileprivate func wholeRecords(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int {
    let store = try store()
    let keys = listing("store/records").map {
      String(($0 as NSString).lastPathComponent.dropLast(5))
    }
    for key in keys {
      guard case .hit = store.lookup(key) else {
        Issue.record("the record \(key) is no hit", sourceLocation: sourceLocation)
        continue
      }
    }
    return keys.count
  }
}

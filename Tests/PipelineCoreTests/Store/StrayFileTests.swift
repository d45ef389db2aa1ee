import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of foreign files in a store.
@Suite struct StrayFileTests {
  private let ledger = Ledger()

  private func kept(_ steps: Int) -> StageDeclaration {
    var kind = CountingKind(ledger)
    kind.trainingLength = {
      TrainingLength(
        path: ["steps"], steps: $0["steps"].intValue ?? 0, keepsState: true, obstacles: [])
    }
    return StageDeclaration(
      name: "kept", kind: kind, config: counting("kept", ledger, steps: steps).config, inputs: [])
  }

  /// Content for every folder: results, a pinned run, a checkpoint, a training state, cells.
  private func fill(_ folder: TemporaryFolder) throws {
    let summary = try Runner.run(
      graph([counting("a", ledger), counting("b", ledger, from: "a"), kept(3)]),
      store: try folder.store(), options: .testing())
    try folder.store().pin(summary.id)
    let stop = StopSignal()
    let stopping = Ledger { _, step in if step == 2 { stop.request() } }
    _ = try Runner.run(
      graph([counting("half", stopping)]), store: try folder.store(), options: .testing(stop: stop))
    let space = CellSpace(
      point: graph([counting("a", ledger)]).points[0], fingerprint: "", inputs: [:],
      settings: .int(0))
    let cells = CellCache(try folder.store(), space) { _ in }
    cells.add(.int(1), Data("x".utf8))
    try cells.commit()
    try folder.write("{}", to: "store/leases/\(String(repeating: "b", count: 64)).lock")
  }

  /// The folders of the store. Folders of checkpoints and of running processes are left out,
  /// because they appear and disappear as a whole.
  private func folders(_ folder: TemporaryFolder) -> [String] {
    let root = folder.path + "store"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let all = names.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: root + "/" + $0, isDirectory: &isFolder)
        && isFolder.boolValue
    }
    return [""] + all.filter { !$0.contains("/step-") && !$0.hasPrefix("tmp/") }.sorted()
  }

  /// Unrelated names, and names that are similar to Laconic's.
  private static let strays = [
    ".DS_Store", "notes.txt", "run.jsonl", "README.json", "x.lock", "ff", "2024-05",
    "mine/weights.pt", "dead/1",
  ]

  @Test func `a stray file in any folder disturbs nobody, and stays`() throws {
    let folder = try TemporaryFolder()
    try fill(folder)
    let all = folders(folder)
    for name in ["objects", "records", "checkpoints", "states", "cells", "leases", "runs"] {
      #expect(all.contains(name))
    }
    #expect(all.count > 20)
    var strays: [String: String] = [:]
    for place in all {
      for name in Self.strays where !all.contains("\(place)/\(name)") {
        let path = "store/" + (place.isEmpty ? name : place + "/" + name)
        try folder.write("mine: \(path)", to: path)
        strays[path] = "mine: \(path)"
      }
    }

    let before = try folder.store().runIDs()
    #expect(before.count == 2)
    #expect(try folder.store().runs(limit: 20).count == 2)
    #expect(try folder.store().pinnedRuns() == [before[0]])
    #expect(try folder.store().unpin(before[0]) == before[0])
    #expect(try folder.store().records().count == 3)
    _ = ledger.takeRuns()
    let again = try Runner.run(
      graph([
        counting("a", ledger), counting("b", ledger, from: "a"), kept(5), counting("half", ledger),
      ]), store: try folder.store(), options: .testing())
    #expect(again.outcome == .done)
    #expect(ledger.takeRuns() == ["half", "kept"])
    #expect(again["half"]?.outcome == .resumed(step: 2))
    #expect(again["kept"]?.outcome == .resumed(step: 3))
    let store = try folder.store(now: { Store.wallClock() + 120_000_000_000 })
    _ = try store.garbage(GarbageLimits(keptRuns: 1))
    _ = try store.collect(GarbageLimits(keptRuns: 1))
    let report = try store.collect(GarbageLimits(maxSize: 0, keptRuns: 0))
    #expect(report.keptResults == 0)
    #expect(report.left == 0)
    #expect(try store.runIDs() == [])
    for (path, text) in strays {
      #expect(
        (try? String(contentsOf: folder.url.appending(path: path), encoding: .utf8)) == text,
        "\(path)")
    }
    // Of Laconic's files only the marker, the lock and the memo are left.
    #expect(
      Set(folder.listing().map { "store/" + $0 }).subtracting(strays.keys).sorted()
        .filter { !$0.hasSuffix("memo.txt") } == ["store/laconic-store", "store/lock"])
  }
}

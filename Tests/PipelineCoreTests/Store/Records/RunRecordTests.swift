import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct RunRecordTests {
  private let ledger = Ledger()

  @Test func `a run's file tells what each point came to`() throws {
    let folder = try TemporaryFolder()
    ledger.setFailing(["bad"])
    let stages = [
      counting("a", ledger), counting("bad", ledger), counting("c", ledger, from: "bad"),
    ]
    let summary = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    let record = try folder.store().run(summary.id)
    #expect(record.state == .failed)
    #expect(record.pipeline == "test")
    #expect(record.file == "test.yaml")
    #expect(record.ended != nil)
    #expect(record.points.map(\.address) == ["a", "bad", "c"])
    #expect(record.points.map(\.kind) == ["counting", "counting", "counting"])
    #expect(record.points.map(\.outcome) == summary.points.map { $0.outcome })
    #expect(record.points[0].artifact == summary["a"]?.artifact)
    #expect(record.points[0].key == summary["a"]?.key)
    #expect(record.points[0].started != nil)
  }

  @Test func `runs are found by latest and by the beginning of their id`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    #expect(throws: RunLookupError.none("latest")) { try store.run("latest") }
    let ids = try (0..<3).map { _ in
      try Runner.run(graph([counting("a", ledger)]), store: store, options: .testing()).id
    }
    #expect(try store.runIDs() == ids)
    #expect(try store.run("latest").id == ids.last)
    #expect(try ids.map { try store.run($0).number } == [1, 2, 3])
    #expect(try store.run(ids[0]).id == ids[0])
    #expect(throws: RunLookupError.none("zzz")) { try store.run("zzz") }
    let error = #expect(throws: RunLookupError.self) { try store.run("2") }
    #expect("\(try #require(error))".hasPrefix("several runs begin with '2': "))
  }

  @Test func `another reader sees a run while it lives`() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "store")
    let states = Watcher()
    let watching = Ledger { _, step in
      if step == 2 {
        states.see(try? Store(readOnly: path).run("latest"))
      }
    }
    _ = try Runner.run(
      graph([counting("a", watching), counting("b", watching, from: "a")]),
      store: try folder.store(), options: .testing())
    let seen = states.seen
    #expect(seen.map(\.state) == [.running, .running])
    #expect(seen[1].points[0].outcome == .ran)
    #expect(seen[1].points[1].outcome == nil)
    #expect(try folder.store().run("latest").state == .done)
    #expect(folder.listing("store/runs").filter { !$0.hasPrefix("resolved/") }.count == 1)
  }

  @Test func `a torn last line is no harm, a run without an end has died`() throws {
    let folder = try TemporaryFolder()
    let id = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing()
    ).id
    let file = folder.url.appending(path: "store/runs/\(id).jsonl")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    try folder.write(
      lines.dropLast().joined(separator: "\n") + "\n" + lines[lines.count - 1].prefix(20),
      to: "store/runs/\(id).jsonl")
    let record = try folder.store().run(id)
    #expect(record.state == .died)
    #expect(record.points[0].outcome == .ran)
  }

  private final class Watcher: @unchecked Sendable {
    // Written by one stage's thread after the other's, and read after both.
    private(set) var seen: [RunRecord] = []
    func see(_ record: RunRecord?) { if let record { seen.append(record) } }
  }
}

import Foundation
import PipelineCore
import Testing

/// Runs are ordered by number, whatever the clocks say.
@Suite struct RunOrderTests {
  private let ledger = Ledger()

  private func run(
    _ folder: TemporaryFolder, alpha: Double, in year: Int? = nil
  ) throws -> RunSummary {
    let seconds = year.map { Int64($0 - 1970) * 31_557_600 }
    let store = try folder.store(now: { seconds.map { $0 * 1_000_000_000 } ?? Store.wallClock() })
    return try Runner.run(
      graph([counting("a", ledger, alpha: alpha)]), store: store, options: .testing())
  }

  @Test func `after a clock that was in 2099 the newest run is the last one`() throws {
    let folder = try TemporaryFolder()
    let future = try run(folder, alpha: 1, in: 2099)
    #expect(future.id.hasPrefix("2099"))
    let now = try run(folder, alpha: 2)
    let past = try run(folder, alpha: 3, in: 1999)
    #expect(past.id.hasPrefix("1999"))
    let store = try folder.store()
    #expect(try store.run("latest").id == past.id)
    #expect(try store.runIDs() == [future.id, now.id, past.id])
    #expect(try store.runs(limit: 2).map(\.id) == [past.id, now.id])
    #expect(try store.pin("latest") == past.id)
    try store.pin(future.id)
    #expect(try store.pinnedRuns() == [future.id, past.id])
    for id in [future.id, past.id] { try store.unpin(id) }

    let collector = try folder.store(now: { Store.wallClock() + 120_000_000_000 })
    _ = try collector.collect(GarbageLimits(keptRuns: 1))
    #expect(try store.runIDs() == [past.id])
    _ = ledger.takeRuns()
    _ = try run(folder, alpha: 3)
    #expect(ledger.takeRuns() == [])
    _ = try run(folder, alpha: 1)
    #expect(ledger.takeRuns() == ["a"])
  }

  @Test func `runs of earlier versions come before all others, by id`() throws {
    let folder = try TemporaryFolder()
    let ids = try [run(folder, alpha: 1, in: 2099), run(folder, alpha: 2, in: 2098)].map(\.id)
    let numbered = try run(folder, alpha: 3, in: 2001).id
    for id in ids {
      let file = folder.url.appending(path: "store/runs/\(id).jsonl")
      let text = try String(contentsOf: file, encoding: .utf8)
      let older = text.replacing(/"number":\d+,/, with: "", maxReplacements: 1)
      #expect(older != text)
      try Data(older.utf8).write(to: file)
    }
    #expect(try folder.store().runIDs() == [ids[1], ids[0], numbered])
    #expect(try folder.store().run(ids[0]).number == nil)
    #expect(try folder.store().run("latest").number == 3)
    #expect(try folder.store().run(try run(folder, alpha: 4).id).number == 4)
  }

  @Test func `two runs that begin at once get two numbers`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for round in 0..<4 { _ = try run(folder, alpha: Double(writer * 10 + round)) }
        }
      }
      try await group.waitForAll()
    }
    let store = try folder.store()
    #expect(try store.runIDs().map { try store.run($0).number } == Array(1...16))
  }
}

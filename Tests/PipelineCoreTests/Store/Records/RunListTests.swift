import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120))) struct RunListTests {
  private let ledger = Ledger()
  /// Its name sorts after every run of these tests.
  private let torn = "99991231-235959-999-0000"

  private func run(in folder: TemporaryFolder) throws -> String {
    try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing()
    ).id
  }

  private func isReadable(_ run: (id: String, record: Result<RunRecord, any Error>)) -> Bool {
    (try? run.record.get().id) == run.id
  }

  @Test func `unreadable runs are listed as such, and latest is a readable one`() throws {
    let folder = try TemporaryFolder()
    let ids = [try run(in: folder), try run(in: folder)]
    try folder.write("", to: "store/runs/\(torn).jsonl")
    let piped = "20000101-000000-000-0000"
    let pipe = folder.path + "store/runs/\(piped).jsonl"
    #expect(mkfifo(pipe, 0o600) == 0)
    let store = Store(readOnly: folder.url.appending(path: "store"))
    #expect(try store.run("latest").id == ids[1])
    #expect(throws: StoreError.self) { try store.run(torn) }
    let runs = try store.runs(limit: 20)
    #expect(runs.map(\.id) == [ids[1], ids[0], torn, piped])
    #expect(runs.map(isReadable) == [true, true, false, false])
    #expect(try store.runs(limit: 3).map(\.id) == [ids[1], ids[0], torn])
    #expect(try store.runs(limit: 0).isEmpty)
    #expect(try store.runs(limit: -1).isEmpty)
  }

  @Test func `when no run can be read, the reason is told`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.store()
    try folder.write("", to: "store/runs/\(torn).jsonl")
    #expect(throws: StoreError.self) { try folder.store().run("latest") }
  }

  @Test func `an empty name is no run's beginning`() throws {
    let folder = try TemporaryFolder()
    _ = try run(in: folder)
    #expect(throws: RunLookupError.unnamed) { try folder.store().run("") }
  }

  @Test(arguments: Faults.Mode.allCases)
  func `a disk that fails at any change leaves no run without a header`(mode: Faults.Mode) throws {
    var hadNone = false
    for position in 0... {
      let folder = try TemporaryFolder()
      let faults = Faults(mode, at: position)
      let store = try folder.store(files: faults.files)
      faults.arm()
      _ = try? Runner.run(graph([counting("a", ledger)]), store: store, options: .testing())
      let runs = try folder.store().runs(limit: 10)
      #expect(runs.allSatisfy(isReadable), "after \(position) changes")
      hadNone = hadNone || runs.isEmpty
      guard faults.hasStruck else { break }
    }
    #expect(hadNone)
  }

  @Test func `a run that waits for another process says so, and shows its hits`() throws {
    let folder = try TemporaryFolder()
    _ = try run(in: folder)
    let stages = graph([counting("a", ledger), counting("b", ledger)])
    let key = StageKey.compute(point: stages.points[1], inputs: [], fingerprint: "")
    let holder = LeaseHolder(address: "elsewhere")
    guard case .granted(let lease) = try folder.store().takeLease(key.hex, holder: holder) else {
      Issue.record("no lease")
      return
    }
    let path = folder.url.appending(path: "store")
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      defer { done.signal() }
      do {
        _ = try Runner.run(stages, store: try Store(root: path), options: .testing())
      } catch {
        Issue.record("\(error)")
      }
    }
    thread.stackSize = 8 << 20
    thread.start()
    let reader = Store(readOnly: path)
    var waiting: RunRecord?
    let isWaiting = eventually {
      // Before the run's thread has begun there is no record.
      let record = try? reader.run("latest")
      if record?.points.last?.waitsFor != nil { waiting = record }
      return waiting != nil
    }
    #expect(isWaiting)
    lease.release()
    done.wait()
    let seen = try #require(waiting)
    #expect(seen.state == .running)
    #expect(seen.points.map(\.outcome) == [.hit, nil])
    #expect(seen.points.map(\.waitsFor) == [nil, "process \(getpid()) on \(holder.host)"])
    #expect(seen.points[1].started == nil)
    let after = try reader.run(seen.id)
    #expect(after.points.map(\.outcome) == [.hit, .ran])
    #expect(after.points.map(\.waitsFor) == [nil, nil])

    // The run was killed while it waited: a dead run does not wait.
    let file = "store/runs/\(seen.id).jsonl"
    let lines = try String(contentsOf: folder.url.appending(path: file), encoding: .utf8)
      .split(separator: "\n")
    let last = try #require(lines.firstIndex { $0.contains("\"waiting\"") })
    try folder.write(lines[...last].joined(separator: "\n") + "\n", to: file)
    let dead = try reader.run(seen.id)
    #expect(dead.state == .died)
    #expect(dead.points.map(\.waitsFor) == [nil, nil])
  }
}

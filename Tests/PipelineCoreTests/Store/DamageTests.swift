import Fields
import Foundation
import PipelineCore
import Synchronization
import Testing

@Suite struct DamageTests {
  private let ledger = Ledger()

  /// A store with one finished stage, whose digests are all in the memo.
  private func prepared(_ folder: TemporaryFolder) throws -> RunSummary {
    let summary = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    // An hour later, so that the blobs count as unchanged.
    let later = try folder.store(now: { Store.wallClock() + 3_600_000_000_000 })
    guard case .hit = later.lookup(try #require(summary["a"]?.key)) else {
      Issue.record("no hit")
      return summary
    }
    try later.saveMemo()
    return summary
  }

  private func value(_ summary: RunSummary, _ folder: TemporaryFolder) throws -> String {
    try folder.store().artifact(try #require(summary["a"]?.artifact)).text("value.txt")
  }

  @Test func `a record that was edited to name another whole artifact is found out`() throws {
    let folder = try TemporaryFolder()
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")]
    func run() throws -> RunSummary {
      try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    }
    let summary = try run()
    let (first, second) = (try #require(summary["a"]), try #require(summary["b"]))
    let key = try #require(second.key)
    let file = folder.url.appending(path: "store/records/\(key.prefix(2))/\(key).json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let edited = text.replacing(try #require(second.artifact), with: try #require(first.artifact))
    #expect(edited != text)
    try Data(edited.utf8).write(to: file)
    let store = try folder.store()
    let problems = store.rehash(try store.run(summary.id).points)
    #expect(problems.map(\.problems.count) == [0, 1])
    #expect(problems[1].problems[0].contains("it names another artifact than it was written with"))
    _ = ledger.takeRuns()
    #expect(try run().artifacts == summary.artifacts)
    #expect(ledger.takeRuns() == ["b"])

    // A record of an earlier version has no binding and can still be read.
    let older = text.replacing(/[ ]*"binding" : "[0-9a-f]+",\n/, with: "")
    #expect(older != text)
    try Data(older.utf8).write(to: file)
    #expect(try folder.store().record(key)?.binding == nil)
    #expect(try run().artifacts == summary.artifacts)
    #expect(ledger.takeRuns() == [])
  }

  @Test func `one flipped byte demotes a hit, which is recomputed and reported`() throws {
    let folder = try TemporaryFolder()
    let before = try prepared(folder)
    let text = try value(before, folder)
    let flipped = String(text.dropLast(2)) + (text.hasSuffix("0\n") ? "1\n" : "0\n")
    try overwrite(try folder.store().blob(text), with: flipped)

    let planned = Planner.plan(
      graph([counting("a", ledger)]), store: try folder.store(), fingerprint: { _ in "" })
    guard case .damaged(let problems) = planned.points[0].reason else {
      Issue.record("the plan does not say why")
      return
    }
    #expect(problems.count == 1)
    #expect("\(problems[0])".contains(ContentDigest.hex(of: Data(flipped.utf8))))

    let observer = RecordingObserver()
    _ = ledger.takeRuns()
    let after = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing(),
      observer: observer)
    #expect(ledger.takeRuns() == ["a"])
    #expect(after.artifacts == before.artifacts)
    #expect(try value(after, folder) == text)
    #expect(observer.notices.count == 1)
    #expect(observer.notices[0].description.hasPrefix("a: the cached result is unusable"))
  }

  @Test func `other content of the same size with the old time restored is seen`() throws {
    let folder = try TemporaryFolder()
    let before = try prepared(folder)
    let text = try value(before, folder)
    let blob = try folder.store().blob(text)
    let attributes = try FileManager.default.attributesOfItem(atPath: blob.path)
    let modified = try #require(attributes[.modificationDate] as? Date)
    try overwrite(blob, with: String(text.reversed()))
    try setModified(blob, modified)
    _ = ledger.takeRuns()
    let after = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == ["a"])
    #expect(try value(after, folder) == text)
  }

  @Test func `a new time alone changes nothing`() throws {
    let folder = try TemporaryFolder()
    let before = try prepared(folder)
    let blob = try folder.store().blob(try value(before, folder))
    try setModified(blob, Date(timeIntervalSince1970: 1_000_000_000))
    let after = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    #expect(after["a"]?.outcome == .hit)
  }

  @Test func `a missing blob, manifest or record is a miss and is mended`() throws {
    let folder = try TemporaryFolder()
    let before = try prepared(folder)
    for file in folder.listing("store/objects") where file != "memo.txt" {
      try FileManager.default.removeItem(at: folder.url.appending(path: "store/objects/\(file)"))
      _ = ledger.takeRuns()
      let after = try Runner.run(
        graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
      #expect(ledger.takeRuns() == ["a"], "\(file)")
      #expect(after.artifacts == before.artifacts)
    }
    let record = try #require(folder.listing("store/records").first)
    try folder.write("{\"format\": 1", to: "store/records/\(record)")
    let after = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    #expect(after["a"]?.outcome == .ran)
    #expect(after.artifacts == before.artifacts)
  }

  @Test(.timeLimit(.minutes(120)))
  func `a pipe or a folder in place of a blob, manifest or record gives way`() throws {
    let folder = try TemporaryFolder()
    let before = try prepared(folder)
    let files = FileManager.default
    let places = ["objects", "records"].flatMap { part in
      folder.listing("store/\(part)").filter { $0 != "memo.txt" }.map { "store/\(part)/\($0)" }
    }
    #expect(places.count == 4)
    for place in places {
      let file = folder.url.appending(path: place)
      for kind in ["pipe", "folder"] {
        try files.removeItem(at: file)
        if kind == "pipe" {
          #expect(mkfifo(file.path(percentEncoded: false), 0o600) == 0)
        } else {
          try folder.write("in the way", to: place + "/inside")
        }
        _ = ledger.takeRuns()
        let after = try Runner.run(
          graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
        #expect(ledger.takeRuns() == ["a"], "\(kind) \(place)")
        #expect(after.artifacts == before.artifacts, "\(kind) \(place)")
        let again = try Runner.run(
          graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
        #expect(again["a"]?.outcome == .hit, "\(kind) \(place)")
      }
    }
  }

  @Test func `an input that turns out damaged when read sends its maker back to work`() throws {
    let folder = try TemporaryFolder()
    let upstream = try prepared(folder)
    let text = try value(upstream, folder)
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")]
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages), store: try reference.store(), options: .testing())
    _ = ledger.takeRuns()

    // Damaged between planning and reading, while another stage runs.
    let store = try folder.store()
    let blob = store.blob(text)
    let sabotage = Ledger { label, step in
      if label == "first", step == 1 { try? overwrite(blob, with: "nonsense") }
    }
    // `b` and `c` do the same work except for one input.
    let observer = RecordingObserver()
    let after = try Runner.run(
      graph([
        counting("a", ledger), counting("first", sabotage, alpha: 7),
        counting("b", ledger, from: "a", also: "first"),
        counting("c", ledger, from: "a", label: "b"),
      ]), store: store, options: .testing(), observer: observer)
    #expect(after.outcome == .done)
    // One of the two that read it found the damage and started again.
    #expect(ledger.takeRuns() == ["a", "b", "b", "b"])
    #expect(after["c"]?.artifact == expected["b"]?.artifact)
    #expect(after["a"]?.artifact == upstream["a"]?.artifact)
    #expect(try value(after, folder) == text)
    #expect(
      observer.notices.contains {
        if case .unusableHit(address: "a", _) = $0 { true } else { false }
      })
  }

  @Test func `the memo is trusted only for files that had settled when they were hashed`() throws {
    let folder = try TemporaryFolder()
    let text = "content"
    let clock = Mutex(Store.wallClock())
    let store = try folder.store(now: { clock.withLock { $0 } })
    let artifact = try store.commit(["a": text])
    var status = stat()
    try #require(stat(store.blob(text).path(percentEncoded: false), &status) == 0)
    let written = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    // One second after the write the digest is computed but not remembered.
    clock.withLock { $0 = written + 1_000_000_000 }
    #expect(artifact.problems().isEmpty)
    try store.saveMemo()
    #expect(!folder.listing("store/objects").contains("memo.txt"))
    // Five seconds after the write it is remembered.
    clock.withLock { $0 = written + 5_000_000_000 }
    #expect(artifact.problems().isEmpty)
    try store.saveMemo()
    #expect(folder.listing("store/objects").contains("memo.txt"))
  }

  @Test func `a blob replaced by a link is refused`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let artifact = try store.commit(["a": "text"])
    try folder.write("text", to: "elsewhere")
    try FileManager.default.removeItem(at: store.blob("text"))
    try FileManager.default.createSymbolicLink(
      at: store.blob("text"), withDestinationURL: folder.url.appending(path: "elsewhere"))
    #expect(artifact.problems().count == 1)
    #expect(throws: StoreError.self) { try artifact.read("a") }
  }
}

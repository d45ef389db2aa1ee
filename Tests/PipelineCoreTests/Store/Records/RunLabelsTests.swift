import Foundation
import PipelineCore
import Testing

/// Tests of notes and tags on runs.
@Suite struct RunLabelsTests {
  private let ledger = Ledger()

  private func run(
    _ folder: TemporaryFolder, alpha: Double = 1, labels: RunLabels = RunLabels()
  ) throws -> RunSummary {
    var options = RunOptions.testing()
    options.labels = labels
    return try Runner.run(
      graph([counting("a", ledger, alpha: alpha)]), store: try folder.store(), options: options)
  }

  @Test func `labels are kept beside the record, and no key depends on them`() throws {
    let folder = try TemporaryFolder()
    let plain = try run(folder)
    let labelled = try run(folder, labels: RunLabels(note: "warm", tags: ["paper", "a.1"]))
    let store = try folder.store()
    #expect(try store.run(labelled.id).labels == RunLabels(note: "warm", tags: ["paper", "a.1"]))
    #expect(try store.run(plain.id).labels.isEmpty)
    #expect(plain.points.map(\.key) == labelled.points.map(\.key))
    #expect(ledger.takeRuns() == ["a"])
    let record = try folder.store().changeLabels(of: labelled.id) { $0 = RunLabels() }
    #expect(record.isEmpty)
    #expect(folder.listing("store/runs").filter { $0.hasSuffix(".labels.json") } == [])
  }

  @Test func `a tag names the newest run that has it`() throws {
    let folder = try TemporaryFolder()
    let runs = try [
      run(folder, labels: RunLabels(tags: ["x", "y"])), run(folder, labels: RunLabels(tags: ["x"])),
      run(folder),
    ].map(\.id)
    let store = try folder.store()
    #expect(try store.run("tag:x").id == runs[1])
    #expect(try store.run("tag:y").id == runs[0])
    #expect(try store.runIDs(tagged: ["x"]) == [runs[0], runs[1]])
    #expect(try store.runs(limit: 20, tagged: ["x", "y"]).map(\.id) == [runs[0]])
    #expect(throws: RunLookupError.noTag("z", ["x", "y"])) { try store.run("tag:z") }
    #expect(RunLookupError.noTag("paprr", ["paper"]).description.hasSuffix("did you mean 'paper'?"))
    #expect(try store.pin("tag:y") == runs[0])
    #expect(try store.unpin("tag:y") == runs[0])
  }

  @Test func `a run that is collected takes its labels along, and they protect nothing`() throws {
    let folder = try TemporaryFolder()
    let old = try run(folder, alpha: 1, labels: RunLabels(tags: ["paper"]))
    let new = try run(folder, alpha: 2)
    let collector = try folder.store(now: { Store.wallClock() + 120_000_000_000 })
    _ = try collector.collect(GarbageLimits(keptRuns: 1))
    #expect(try collector.runIDs() == [new.id])
    #expect(!folder.listing("store/runs").contains { $0.contains(old.id) })
  }

  @Test func `what cannot be a tag or a note says so, and a bad file counts as none`() throws {
    for tag in ["", "-x", "a b", "ä", "tag:x", "a/b", String(repeating: "x", count: 65), "x\n"] {
      #expect(RunLabels.flaw(ofTag: tag) != nil, "\(tag)")
    }
    for tag in ["a", "A.1_b-c", "2025", String(repeating: "x", count: 64)] {
      #expect(RunLabels.flaw(ofTag: tag) == nil, "\(tag)")
    }
    #expect(RunLabels.flaw(ofNote: " \n") != nil)
    #expect(RunLabels.flaw(ofNote: String(repeating: "x", count: 2001)) != nil)
    #expect(RunLabels.flaw(ofNote: String(repeating: "x", count: 2000)) == nil)
    var labels = RunLabels()
    try labels.add((0..<32).map { "t\($0)" })
    try labels.add(["t3"])
    #expect(throws: RunLabelError.tooManyTags) { try labels.add(["more"]) }
    #expect(throws: RunLabelError.noSuchTag("no", ["t1"])) {
      var one = RunLabels(tags: ["t1"])
      try one.remove(["no"])
    }

    let folder = try TemporaryFolder()
    let id = try run(folder).id
    for text in [
      "", "{", "[]", String(repeating: " ", count: 70_000) + "{\"tags\":[\"a\"]}",
    ] {
      try folder.write(text, to: "store/runs/\(id).labels.json")
      #expect(try folder.store().run(id).labels.isEmpty)
    }
    try folder.write(
      #"{"note":"\#(String(repeating: "x", count: 3000))","tags":["a b","ok"]}"#,
      to: "store/runs/\(id).labels.json")
    #expect(try folder.store().run(id).labels == RunLabels(tags: ["ok"]))
  }

  @Test func `two changes at once are both kept`() async throws {
    let folder = try TemporaryFolder()
    let id = try run(folder).id
    let store = try folder.store()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        group.addTask {
          _ = try? store.changeLabels(of: id) { labels throws(RunLabelError) in
            try labels.add(["t\(number)"])
          }
        }
      }
    }
    #expect(Set(try store.run(id).labels.tags) == Set((0..<16).map { "t\($0)" }))
  }
}

import Fields
import Foundation
import PipelineCore
import Testing

/// Which changes make a result count as other work, and which do not.
@Suite struct CachingTests {
  private let ledger = Ledger()

  /// A stage that reads a folder from outside the store, and a stage after it.
  private func stages(_ folder: TemporaryFolder, model: String = "model") -> [StageDeclaration] {
    [
      StageDeclaration(
        name: "a", kind: CountingKind(ledger), config: counting("a", ledger).config,
        inputs: [
          StageInput(role: "from", source: .external(.checkpoint(path: folder.path + model)))
        ]),
      counting("b", ledger, from: "a"),
    ]
  }

  /// - Parameter hours: the run's clock shows this many hours later than now.
  private func run(
    _ folder: TemporaryFolder, _ stages: [StageDeclaration], hours: Int64 = 0
  ) throws -> [String] {
    let store = try folder.store(now: { Store.wallClock() + hours * 3_600_000_000_000 })
    let summary = try Runner.run(graph(stages), store: store, options: .testing())
    #expect(summary.outcome == .done)
    return ledger.takeRuns()
  }

  @Test func `a file from outside with the same size and time but other content is a miss`() throws
  {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "model/value.txt")
    try folder.write("12", to: "model/value.txt")
    let time = Date(timeIntervalSince1970: 1_600_000_000)
    try setModified(file, time)
    #expect(try run(folder, stages(folder)) == ["a", "b"])
    // An hour later the digest is remembered and used.
    #expect(try run(folder, stages(folder), hours: 1) == [])
    try folder.write("21", to: "model/value.txt")
    try setModified(file, time)
    #expect(try run(folder, stages(folder), hours: 1) == ["a", "b"])
  }

  @Test func `a new time or a touched folder alone is a hit`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "model/value.txt")
    try folder.write("12", to: "model/value.txt")
    #expect(try run(folder, stages(folder)) == ["a", "b"])
    #expect(try run(folder, stages(folder), hours: 1) == [])
    try setModified(file, Date(timeIntervalSince1970: 1_000_000_000))
    #expect(try run(folder, stages(folder), hours: 1) == [])
    // The same bytes are written again.
    try folder.write("12", to: "model/value.txt")
    try setModified(folder.url.appending(path: "model"), Date())
    #expect(try run(folder, stages(folder), hours: 1) == [])
  }

  @Test func `a file changed in the moment after it was hashed is seen`() throws {
    let folder = try TemporaryFolder()
    for round in 0..<20 {
      // There may be no clock tick between the run and the change.
      try folder.write(String(10 + round), to: "model/value.txt")
      #expect(try run(folder, stages(folder)) == ["a", "b"], "round \(round)")
    }
  }

  @Test func `the same folder under another path is a hit`() throws {
    let folder = try TemporaryFolder()
    try folder.write("12", to: "model/value.txt")
    try folder.write("12", to: "elsewhere/copy/value.txt")
    #expect(try run(folder, stages(folder)) == ["a", "b"])
    #expect(try run(folder, stages(folder, model: "elsewhere/copy")) == [])
    // The same content with one more file is a different folder.
    try folder.write("", to: "elsewhere/copy/empty")
    #expect(try run(folder, stages(folder, model: "elsewhere/copy")) == ["a"])
  }

  @Test func `two values swapped are a miss`() throws {
    let folder = try TemporaryFolder()
    func one(_ steps: Int, _ salt: Int) -> [StageDeclaration] {
      [counting("a", ledger, steps: steps, salt: salt)]
    }
    #expect(try run(folder, one(4, 2)) == ["a"])
    #expect(try run(folder, one(2, 4)) == ["a"])
    #expect(try run(folder, one(4, 2)) == [])
  }

  @Test func `copied elsewhere, project and store, everything is a hit`() throws {
    let here = try TemporaryFolder()
    try here.write("12", to: "model/value.txt")
    #expect(try run(here, stages(here)) == ["a", "b"])
    let there = try TemporaryFolder()
    let files = FileManager.default
    for part in ["store", "model"] {
      try files.copyItem(
        at: here.url.appending(path: part), to: there.url.appending(path: part))
    }
    try files.removeItem(at: here.url)
    #expect(try run(there, stages(there)) == [])
    #expect(try run(there, stages(there), hours: 1) == [])
  }

  @Test func `a stage of another name, in another pipeline, is a hit`() throws {
    let folder = try TemporaryFolder()
    #expect(
      try run(folder, [counting("a", ledger), counting("b", ledger, from: "a")]) == ["a", "b"])
    #expect(
      try run(
        folder, [counting("x", ledger, label: "a"), counting("y", ledger, from: "x", label: "b")])
        == [])
  }

  @Test func `what was exported may be edited without harm`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let summary = try Runner.run(
      graph([counting("a", ledger)]), store: store, options: .testing())
    try store.export(
      try #require(summary["a"]?.artifact), to: folder.url.appending(path: "out"))
    let copy = folder.url.appending(path: "out/value.txt")
    let handle = try FileHandle(forWritingTo: copy)
    try handle.write(contentsOf: Data("edited".utf8))
    try handle.close()
    _ = ledger.takeRuns()
    #expect(try run(folder, [counting("a", ledger)], hours: 1) == [])
    #expect(try store.rehash(store.run(summary.id).points).allSatisfy { $0.problems.isEmpty })
  }
}

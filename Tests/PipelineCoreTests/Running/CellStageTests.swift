import Fields
import Foundation
import PipelineCore
import Synchronization
import Testing

/// Fills one cell in each step, unless it is filled, and lists them all.
private struct CellKind: StageKind {
  let filled: Filled
  let name = "celling"
  let meaning = "fills cells"
  let version = 1
  let roles = [Role("from", accepts: [ArtifactType("text")], "what to go on from")]
  let output = ArtifactType("text")
  let usesSeed = false
  let usesNumerics = false
  let fields = GroupDescriptor(
    meaning: "what to fill",
    fields: [
      FieldDescriptor(
        name: "steps", type: .int(0...1000), defaultValue: .int(3), unit: .steps,
        meaning: "how many", fieldClass: .semantic)
    ])

  final class Filled: Sendable {
    private let cells = Mutex<[Int]>([])
    func note(_ cell: Int) { cells.withLock { $0.append(cell) } }
    func take() -> [Int] {
      cells.withLock { cells in
        defer { cells = [] }
        return cells
      }
    }
  }

  func run(_ context: any StageContext) throws {
    let cells = try context.cells(from: ["from"], .string("test"))
    let input = try context.input("from").read("value.txt")
    let total = context.config["steps"].intValue ?? 0
    var all = Data()
    for cell in 0..<total {
      if let value = cells.value(for: .int(cell)) {
        all += value
        continue
      }
      filled.note(cell)
      let value = Data("\(cell): ".utf8) + input
      cells.add(.int(cell), value)
      all += value
      try context.endStep(StageProgress(step: cell + 1, total: total)) { _ in try cells.commit() }
    }
    try cells.commit()
    try context.output.write(all, to: "value.txt")
  }
}

@Suite(.timeLimit(.minutes(120))) struct CellStageTests {
  private let filled = CellKind.Filled()

  private func run(
    _ folder: TemporaryFolder, cells: Int, alpha: Double = 0, stop: StopSignal = StopSignal()
  ) throws -> RunSummary {
    let stages = [
      counting("a", Ledger(), alpha: alpha),
      StageDeclaration(
        name: "cells", kind: CellKind(filled: filled), config: .map(["steps": .int(cells)]),
        inputs: [StageInput(role: "from", source: .stage("a"))]),
    ]
    return try Runner.run(
      graph(stages), store: try folder.store(),
      options: .testing(checkpoints: .seconds(3600), stop: stop))
  }

  private func fresh(_ cells: Int, alpha: Double = 0) throws -> String? {
    let summary = try run(try TemporaryFolder(), cells: cells, alpha: alpha)
    _ = filled.take()
    return summary["cells"]?.artifact
  }

  @Test func `a stage fills only the cells that nobody filled`() throws {
    let whole = try fresh(7)
    let folder = try TemporaryFolder()
    _ = try run(folder, cells: 4)
    #expect(filled.take() == [0, 1, 2, 3])
    let more = try run(folder, cells: 7)
    #expect(filled.take() == [4, 5, 6])
    #expect(more["cells"]?.artifact == whole)
    _ = try run(folder, cells: 2)
    #expect(filled.take() == [])
    // Another input means another space.
    let other = try run(folder, cells: 2, alpha: 1)
    #expect(filled.take() == [0, 1])
    #expect(try other["cells"]?.artifact == fresh(2, alpha: 1))
  }

  @Test func `a salt disowns cells, too`() throws {
    let folder = try TemporaryFolder()
    _ = try run(folder, cells: 2)
    try folder.write("pepper", to: "store/salt")
    _ = filled.take()
    _ = try run(folder, cells: 2)
    #expect(filled.take() == [0, 1])
    try FileManager.default.removeItem(at: folder.url.appending(path: "store/salt"))
    _ = try run(folder, cells: 3)
    #expect(filled.take() == [2])
  }

  @Test func `cells stay with the runs that use what they came from, and go with them`() throws {
    let folder = try TemporaryFolder()
    _ = try run(folder, cells: 3, alpha: 1)
    _ = try run(folder, cells: 3, alpha: 2)
    _ = filled.take()
    func collect(_ limits: GarbageLimits) throws -> GarbageReport {
      try folder.store(now: { Store.wallClock() + 120_000_000_000 }).collect(limits)
    }
    #expect(try collect(GarbageLimits()).segments == 0)
    // The cells were used within the last minute, so a process may be working with them.
    #expect(try folder.store().collect(GarbageLimits(keptRuns: 1)).segments == 0)
    #expect(try collect(GarbageLimits(keptRuns: 1)).segments == 1)
    _ = try run(folder, cells: 4, alpha: 2)
    #expect(filled.take() == [3])
    _ = try run(folder, cells: 4, alpha: 1)
    #expect(filled.take() == [0, 1, 2, 3])
    let report = try collect(GarbageLimits(keptRuns: 0))
    #expect((report.segments, report.left) == (3, 0))
    #expect(folder.listing("store/objects").filter { $0 != "memo.txt" } == [])
    #expect(folder.listing("store/cells") == [])
  }
}

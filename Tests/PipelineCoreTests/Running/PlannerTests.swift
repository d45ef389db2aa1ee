import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct PlannerTests {
  private let ledger = Ledger()

  private func plan(_ stages: [StageDeclaration], _ store: Store) -> Plan {
    Planner.plan(graph(stages), store: store, fingerprint: { _ in "" })
  }

  @Test func `planning changes nothing, not even a store that is not there`() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.appending(path: "store")
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")]
    let before = plan(stages, Store(reading: root))
    #expect(before.points.map(\.state) == [.miss, .waits(on: [0])])
    #expect(before.points[0].reason == .noEarlierRecord)
    #expect(!FileManager.default.fileExists(atPath: root.path))

    _ = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    let listing = folder.listing()
    #expect(plan(stages, Store(reading: root)).isAllHits)
    #expect(folder.listing() == listing)
  }

  @Test func `a miss names the fields that differ from the nearest record`() throws {
    let folder = try TemporaryFolder()
    for (steps, alpha) in [(3, 0.0), (9, 1.0)] {
      _ = try Runner.run(
        graph([counting("a", ledger, steps: steps, alpha: alpha)]), store: try folder.store(),
        options: .testing())
    }
    let changed = plan([counting("renamed", ledger, label: "a", alpha: 0.5)], try folder.store())
    guard case .changed(let changes, let key) = changed.points[0].reason else {
      Issue.record("no reason")
      return
    }
    #expect(changes == [FieldChange(path: "alpha", before: "0.0", now: "0.5")])
    #expect(try folder.store().record(key)?.kind == "counting")

    let other = plan([counting("a", ledger, steps: 9, alpha: 0.5)], try folder.store())
    #expect(
      other.points[0].reason.map(paths) == ["alpha"])
    let input = plan(
      [counting("a", ledger), counting("b", ledger, from: "a", label: "a")], try folder.store())
    #expect(input.points[1].reason.map(paths) == ["inputs.from"])
  }

  private func paths(_ reason: MissReason) -> [String] {
    if case .changed(let changes, _) = reason { changes.map(\.path) } else { [] }
  }

  @Test func `the cost of each point is in the plan`() throws {
    let store = Store(reading: try TemporaryFolder().url)
    let plan = plan([counting("a", ledger, steps: 7), counting("b", ledger, steps: 8)], store)
    #expect(plan.points.map(\.cost.optimizerSteps) == [7, 8])
  }

  @Test func `a folder from outside that cannot be taken is said in the plan`() throws {
    let stage = StageDeclaration(
      name: "a", kind: CountingKind(ledger), config: counting("a", ledger).config,
      inputs: [StageInput(role: "from", source: .checkpoint(path: "/nowhere/at/all"))])
    let plan = plan([stage], Store(reading: try TemporaryFolder().url))
    #expect(plan.points[0].state == .unusable("'/nowhere/at/all' is missing"))
  }
}

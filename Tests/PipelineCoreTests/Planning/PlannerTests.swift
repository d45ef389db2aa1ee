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
    let before = plan(stages, Store(readOnly: root))
    #expect(before.points.map(\.state) == [.miss, .waits(on: [0])])
    #expect(before.points[0].reason == .noEarlierRecord)
    #expect(!FileManager.default.fileExists(atPath: root.path))

    _ = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    let listing = folder.listing()
    #expect(plan(stages, Store(readOnly: root)).isAllHits)
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

  @Test func `a changed upstream is told with what changed in it, however far up`() throws {
    let folder = try TemporaryFolder()
    func stages(alpha: Double) -> [StageDeclaration] {
      [
        counting("a", ledger, label: "a", alpha: alpha), counting("b", ledger, from: "a"),
        counting("c", ledger, from: "b"), gathering("table", ledger, ["c"]),
      ]
    }
    _ = try Runner.run(graph(stages(alpha: 1)), store: try folder.store(), options: .testing())
    // All but the last two stages of the changed chain are done.
    _ = try Runner.run(
      graph(Array(stages(alpha: 2).prefix(2))), store: try folder.store(), options: .testing())

    let planned = plan(stages(alpha: 2), try folder.store())
    guard case .changed(let changes, _) = planned.points[2].reason,
      let input = changes.first, let cause = input.cause
    else {
      Issue.record("\(String(describing: planned.points[2].reason))")
      return
    }
    #expect(changes.map(\.path) == ["inputs.from"])
    #expect(cause.address == "b")
    #expect(cause.changes.map(\.path) == ["inputs.from"])
    #expect(cause.changes[0].before != input.before)
    let first = try #require(cause.changes[0].cause)
    #expect(first.address == "a")
    #expect(first.changes == [FieldChange(path: "alpha", before: "1.0", now: "2.0")])
    #expect(try folder.store().record(first.from) != nil)

    _ = try Runner.run(
      graph(Array(stages(alpha: 2).prefix(3))), store: try folder.store(), options: .testing())
    let collecting = plan(stages(alpha: 2), try folder.store()).points[3]
    guard case .changed(let collected, _) = collecting.reason else {
      Issue.record("no reason")
      return
    }
    #expect(collected.map(\.path) == ["inputs.parts.c"])
    #expect(collected[0].cause?.address == "c")
  }

  @Test func `of a point that waits only what is known is compared`() throws {
    let folder = try TemporaryFolder()
    _ = try Runner.run(
      graph([counting("a", ledger), counting("b", ledger, from: "a", alpha: 1)]),
      store: try folder.store(), options: .testing())
    func waiting(alpha: Double) throws -> PlannedPoint {
      plan(
        [counting("a", ledger, salt: 1), counting("b", ledger, from: "a", alpha: alpha)],
        try folder.store()
      ).points[1]
    }
    let changed = try waiting(alpha: 2)
    #expect(changed.state == .waits(on: [0]))
    #expect(changed.key == nil)
    guard case .changed(let changes, _) = changed.reason else {
      Issue.record("no reason")
      return
    }
    #expect(changes == [FieldChange(path: "alpha", before: "1.0", now: "2.0")])
    // None of its own fields changed: it will be a cache hit if the artifact of 'a' is the same as
    // before.
    guard case .changed([], from: _) = try waiting(alpha: 1).reason else {
      Issue.record("more changed than what it waits for")
      return
    }
  }

  @Test func `half-done work costs what is left of it, and hits cost nothing`() throws {
    let folder = try TemporaryFolder()
    let signal = StopSignal()
    let stopping = Ledger { label, step in if label == "b", step == 3 { signal.request() } }
    func stages(_ ledger: Ledger) -> [StageDeclaration] {
      [counting("a", ledger, steps: 4), counting("b", ledger, from: "a", steps: 10)]
    }
    _ = try Runner.run(
      graph(stages(stopping)), store: try folder.store(), options: .testing(stop: signal))
    let half = plan(stages(ledger), try folder.store())
    #expect(half.points[1].state == .resume(step: 3))
    #expect(half.points.map(\.cost.optimizerSteps) == [nil, 7])
    #expect(half.cost.optimizerSteps == 7)
    #expect(half.points[1].cost.work?.amount == 7)
  }

  private func paths(_ reason: MissReason) -> [String] {
    if case .changed(let changes, _) = reason { changes.map(\.path) } else { [] }
  }

  @Test func `the cost of each point is in the plan`() throws {
    let store = Store(readOnly: try TemporaryFolder().url)
    let plan = plan([counting("a", ledger, steps: 7), counting("b", ledger, steps: 8)], store)
    #expect(plan.points.map(\.cost.optimizerSteps) == [7, 8])
  }

  @Test func `a folder from outside that cannot be taken is said in the plan`() throws {
    let stage = StageDeclaration(
      name: "a", kind: CountingKind(ledger), config: counting("a", ledger).config,
      inputs: [StageInput(role: "from", source: .external(.checkpoint(path: "/nowhere/at/all")))])
    let plan = plan([stage], Store(readOnly: try TemporaryFolder().url))
    #expect(plan.points[0].state == .unusable("'/nowhere/at/all' is missing"))

    // The same with another input that is not made yet: the point would fail in the end.
    let waiting = StageDeclaration(
      name: "b", kind: CountingKind(ledger), config: counting("b", ledger).config,
      inputs: [
        StageInput(role: "from", source: .external(.checkpoint(path: "/nowhere/at/all"))),
        StageInput(role: "also", source: .stage("c")),
      ])
    let both = self.plan(
      [counting("c", ledger), waiting], Store(readOnly: try TemporaryFolder().url))
    #expect(both.points[1].state == .unusable("'/nowhere/at/all' is missing"))
  }
}

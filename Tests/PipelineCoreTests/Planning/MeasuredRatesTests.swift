import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct MeasuredRatesTests {
  private let slow = Ledger { _, _ in Thread.sleep(forTimeInterval: 0.005) }

  private func planned(_ stage: StageDeclaration, _ store: Store) -> PlannedPoint {
    Planner.plan(graph([stage]), store: store) { _ in "" }.points[0]
  }

  @Test func `time is known for work of a sort that was measured here, and only then`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let next = planned(counting("b", slow, steps: 200), store)
    #expect(next.cost.work?.amount == 200)
    #expect(MeasuredRates(store).seconds(for: next.cost.work) == nil)

    let run = try Runner.run(
      graph([counting("a", slow, steps: 20)]), store: store, options: .testing())
    let seconds = try #require(MeasuredRates(store).seconds(for: next.cost.work))
    // The recorded seconds are rounded to milliseconds.
    #expect(abs(seconds - run.points[0].seconds * 10) <= 0.011)
    #expect(seconds >= 1)

    let other = WorkAmount(sort: "another", amount: 200)
    #expect(MeasuredRates(store).seconds(for: other) == nil)
    #expect(MeasuredRates(store).seconds(for: nil) == nil)
    #expect(MeasuredRates(store, host: "elsewhere").seconds(for: next.cost.work) == nil)
    #expect(MeasuredRates(store, engine: "9.9").seconds(for: next.cost.work) == nil)
    #expect(MeasuredRates(store, runs: 0).seconds(for: next.cost.work) == nil)
    #expect(MeasuredRates.none.seconds(for: next.cost.work) == nil)
  }

  @Test func `hits and resumed work measure nothing`() throws {
    let folder = try TemporaryFolder()
    let signal = StopSignal()
    let stopping = Ledger { _, step in if step == 2 { signal.request() } }
    _ = try Runner.run(
      graph([counting("a", stopping, steps: 9)]), store: try folder.store(),
      options: .testing(stop: signal))
    for _ in 0..<2 {
      _ = try Runner.run(
        graph([counting("a", slow, steps: 9)]), store: try folder.store(), options: .testing())
    }
    let store = try folder.store()
    let next = planned(counting("b", slow, steps: 9), store)
    #expect(MeasuredRates(store).seconds(for: next.cost.work) == nil)
  }
}

import Fields
import Foundation
import PipelineCore
import TestSupport
import Testing

/// Tests of what the runner asks of an executor, with executors other than its own.
@Suite(.timeLimit(.minutes(120))) struct StageExecutorTests {
  private let ledger = Ledger()

  private func chain(_ ledger: Ledger, alpha: Double = 1) -> StageGraph {
    graph([
      counting("base", ledger), counting("left", ledger, from: "base", alpha: alpha),
      counting("right", ledger, from: "base", alpha: 2),
      gathering("table", ledger, ["left", "right"]),
    ])
  }

  private func artifactsOfThreads() throws -> [String] {
    try Runner.run(
      chain(Ledger()), store: try TemporaryFolder().store(), options: .testing()
    ).artifacts
  }

  @Test func `work done on the runner's own thread is the same as on others`() throws {
    let folder = try TemporaryFolder()
    let (store, observer) = (try folder.store(), RecordingObserver())
    let summary = try Runner.run(
      chain(ledger), store: store, options: .testing(),
      executor: InlineExecutor(store: store, options: .testing()), observer: observer)
    #expect(summary.outcome == .done)
    #expect(summary.artifacts == (try artifactsOfThreads()))
    #expect(
      observer.events == [
        "start base", "ran base", "start left", "ran left", "start right", "ran right",
        "start table", "ran table", "end done",
      ])
    #expect(folder.listing("store/leases").isEmpty)
  }

  @Test func `a lost job is tried again while there are retries`() throws {
    let folder = try TemporaryFolder()
    let (store, observer) = (try folder.store(), RecordingObserver())
    let stages = [
      counting("a", ledger, limits: .of(retries: 2)), counting("b", ledger, from: "a"),
    ]
    let summary = try Runner.run(
      graph(stages), store: store, options: .testing(),
      executor: LosingExecutor(InlineExecutor(store: store, options: .testing()), losses: 2),
      observer: observer)
    #expect(summary.outcomes == ["a": .ran, "b": .ran])
    #expect(
      observer.events == [
        "retry 1/2 a: its job was lost", "retry 2/2 a: its job was lost", "start a", "ran a",
        "start b", "ran b", "end done",
      ])
  }

  @Test func `a lost job without retries fails its point, and others go on`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let stages = [counting("a", ledger), counting("b", ledger, from: "a"), counting("c", ledger)]
    let summary = try Runner.run(
      graph(stages), store: store, options: .testing(keepsGoing: true),
      executor: LosingExecutor(InlineExecutor(store: store, options: .testing()), losses: 1))
    #expect(
      summary.outcomes == [
        "a": .failed("its job was lost"), "b": .skipped(because: "a"), "c": .ran,
      ])
  }

  @Test func `a refused job fails its point at once, whatever its retries`() throws {
    let observer = RecordingObserver()
    let summary = try Runner.run(
      graph([counting("a", ledger, limits: .of(retries: 5))]),
      store: try TemporaryFolder().store(), options: .testing(), executor: RefusingExecutor(),
      observer: observer)
    #expect(summary.outcomes == ["a": .failed("no machine is this large")])
    #expect(observer.events == ["failed a", "end failed"])
  }

  @Test func `an executor is asked about a point before its job is made`() throws {
    let executor = RefusingExecutor(asksFirst: true)
    let summary = try Runner.run(
      graph([counting("a", ledger)]), store: try TemporaryFolder().store(), options: .testing(),
      executor: executor)
    #expect(summary.outcomes == ["a": .failed("no machine has this much memory")])
    #expect(executor.tickets.isEmpty)
  }

  @Test func `a stop cancels all running jobs, once, and waits for their end`() throws {
    let stop = StopSignal()
    let executor = IdleExecutor { if $0.count == 2 { stop.request() } }
    let stages = [
      counting("a", ledger), counting("b", ledger, alpha: 1), counting("c", ledger, alpha: 2),
    ]
    let summary = try Runner.run(
      graph(stages), store: try TemporaryFolder().store(), options: .testing(jobs: 2, stop: stop),
      executor: executor)
    #expect(executor.started == [0, 1])
    #expect(executor.cancelled == [[0, 1]])
    #expect(summary.outcome == .stopped)
    #expect(
      summary.outcomes == [
        "a": .stopped(step: nil), "b": .stopped(step: nil), "c": .notStarted,
      ])
  }

  @Test func `a cancelled thread saves its step and stops, and the next run goes on`() throws {
    let folder = try TemporaryFolder()
    let gate = Gate()
    let ledger = Ledger { _, _ in gate.wait() }
    let stages = graph([counting("a", ledger, steps: 4)])
    let (store, options) = (try folder.store(), RunOptions.testing(checkpoints: .seconds(3600)))
    let stopped = try Runner.run(
      stages, store: store, options: options,
      executor: CancellingExecutor(LocalExecutor(store: store, options: options), gate: gate))
    #expect(stopped.outcomes == ["a": .stopped(step: 1)])
    let resumed = try Runner.run(stages, store: try folder.store(), options: options)
    #expect(resumed.outcomes == ["a": .resumed(step: 1)])
    #expect(ledger.steps("a") == [1, 2, 3, 4])
  }

  // MARK: - Tickets

  private func runByTickets(
    _ graph: StageGraph, as pipeline: StageGraph, in folder: TemporaryFolder, options: RunOptions,
    ledger: Ledger? = nil
  ) throws -> RunSummary {
    let bytes = ResolvedGraph.encode(pipeline, fingerprint: { _ in "" }, digest: { _, _ in nil })
    let ledger = ledger ?? self.ledger
    let kinds = StageKinds([CountingKind(ledger), GatheringKind(ledger: ledger)])
    let executor = try TicketExecutor(bytes, kinds: kinds, at: folder, options: options)
    return try Runner.run(graph, store: try folder.store(), options: options, executor: executor)
  }

  @Test func `work done from tickets makes the same artifacts, and later runs find them`() throws {
    let folder = try TemporaryFolder()
    let summary = try runByTickets(
      chain(ledger), as: chain(ledger), in: folder, options: .testing())
    #expect(summary.outcome == .done)
    #expect(summary.artifacts == (try artifactsOfThreads()))
    let again = try Runner.run(chain(ledger), store: try folder.store(), options: .testing())
    #expect(again.outcomes.values.allSatisfy { $0 == .hit })
  }

  @Test func `a ticket tells which inputs are missing`() throws {
    ledger.setFailing(["left"])
    let summary = try runByTickets(
      chain(ledger), as: chain(ledger), in: try TemporaryFolder(),
      options: .testing(keepsGoing: true))
    #expect(summary.outcomes["table"] == .partial)
    #expect(ledger.missing == ["left"])
  }

  @Test func `a ticket carries the time that its work may take`() throws {
    let slow = Ledger { _, _ in Thread.sleep(forTimeInterval: 0.01) }
    let summary = try runByTickets(
      graph([counting("a", slow, limits: .of(timeout: "0.001s"))]),
      as: graph([counting("a", slow)]), in: try TemporaryFolder(), options: .testing(),
      ledger: slow)
    guard case .failed(let sentence) = summary.outcomes["a"] else {
      Issue.record("\(summary.outcomes)")
      return
    }
    #expect(sentence.hasPrefix("its timeout of "))
    #expect(slow.steps("a") == [1])
  }

  @Test func `a ticket carries the memory that its work may hold`() throws {
    let executor = RefusingExecutor()
    _ = try Runner.run(
      graph([counting("a", ledger, limits: .of(maxResidentSize: 5000))]),
      store: try TemporaryFolder().store(), options: .testing(), executor: executor)
    let bytes = try JSONEncoder().encode(try #require(executor.tickets.first))
    let ticket = try JSONDecoder().decode(StageTicket.self, from: bytes)
    #expect(ticket.maxResidentSize == ByteSize("5000B"))
  }

  @Test func `a ticket for work that would be other work there is refused`() throws {
    let summary = try runByTickets(
      chain(ledger), as: chain(ledger, alpha: 9), in: try TemporaryFolder(), options: .testing())
    guard case .failed(let sentence) = summary.outcomes["left"] else {
      Issue.record("\(summary.outcomes)")
      return
    }
    #expect(sentence.hasPrefix("'left' has the key "))
    #expect(sentence.hasSuffix(": an outside input or the machine differs"))
    #expect(summary.outcomes["base"] == .ran)
  }
}

import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

/// Tests of `threads`, `retries`, `timeout` and `max_rss` in a run.
@Suite(.timeLimit(.minutes(120))) struct StageLimitTests {
  /// Fails at a step of 'a' the first few times.
  private func failing(at step: Int, times: Int) -> Ledger {
    let left = Mutex(times)
    return Ledger { label, number in
      guard label == "a", number == step else { return }
      let fails = left.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw StageFailure("step \(step) went wrong\nfor no reason") }
    }
  }

  private func wholeArtifacts(_ stages: [StageDeclaration]) throws -> [String] {
    try Runner.run(graph(stages), store: try TemporaryFolder().store(), options: .testing())
      .artifacts
  }

  @Test func `a retry goes on from the checkpoint, is told, and changes no byte`() throws {
    let folder = try TemporaryFolder()
    let ledger = failing(at: 4, times: 2)
    let observer = RecordingObserver()
    let limits = StageLimits.of(retries: 2)
    let summary = try Runner.run(
      graph([counting("a", ledger, steps: 6, limits: limits)]), store: try folder.store(),
      options: .testing(), observer: observer)
    #expect(summary.outcomes == ["a": .resumed(step: 3)])
    #expect(ledger.steps("a") == [1, 2, 3, 4, 4, 4, 5, 6])
    #expect(summary.artifacts == (try wholeArtifacts([counting("a", Ledger(), steps: 6)])))
    let failure =
      "step 4 went wrong for no reason; the checkpoint of step 3 is kept, to go on from there"
    #expect(
      observer.events == [
        "start a", "retry 1/2 a: \(failure)", "start a at 3", "retry 2/2 a: \(failure)",
        "start a at 3", "resumed a", "end done",
      ])
    #expect(try folder.store().run(summary.id).points[0].retries == 2)
  }

  @Test func `the last retry's failure is the stage's, and is not cached`() throws {
    let folder = try TemporaryFolder()
    let ledger = failing(at: 4, times: 2)
    let stages = [counting("a", ledger, steps: 6, limits: .of(retries: 1)), counting("b", ledger)]
    let summary = try Runner.run(
      graph(stages), store: try folder.store(), options: .testing(keepsGoing: true))
    #expect(summary.outcome == .failed)
    guard case .failed(let sentence) = summary.outcomes["a"] else {
      Issue.record("\(summary.outcomes)")
      return
    }
    #expect(sentence.hasPrefix("step 4 went wrong"))
    #expect(summary.outcomes["b"] == .ran)
    // The number of retries is not in the key, so the checkpoint is found.
    let more = [counting("a", ledger, steps: 6, limits: .of(retries: 9)), counting("b", ledger)]
    let again = try Runner.run(graph(more), store: try folder.store(), options: .testing())
    #expect(again.outcomes == ["a": .resumed(step: 3), "b": .hit])
  }

  @Test func `a run that was asked to stop tries nothing again`() throws {
    let folder = try TemporaryFolder()
    let stop = StopSignal()
    let ledger = Ledger { _, step in
      stop.request()
      throw StageFailure("no")
    }
    let summary = try Runner.run(
      graph([counting("a", ledger, limits: .of(retries: 100))]), store: try folder.store(),
      options: .testing(stop: stop))
    #expect(summary.outcomes == ["a": .failed("no")])
    #expect(ledger.steps("a") == [1])
  }

  @Test func `a stage past its timeout saves and fails, and a retry goes on from there`() throws {
    let folder = try TemporaryFolder()
    let ledger = Ledger { _, _ in Thread.sleep(forTimeInterval: 0.02) }
    func run(_ retries: Int) throws -> RunSummary {
      let limits = StageLimits.of(retries: retries, timeout: "0.1s")
      return try Runner.run(
        graph([counting("a", ledger, steps: 30, limits: limits)]), store: try folder.store(),
        options: .testing(checkpoints: .seconds(3600)))
    }
    let first = try run(0)
    let reached = try #require(ledger.steps("a").last)
    #expect(reached < 10)
    #expect(
      first.outcomes == [
        "a": .failed(
          "its timeout of 0.1s is over; the checkpoint of step \(reached) is kept, "
            + "to go on from there")
      ])
    #expect(try run(100).outcome == .done)
    // Saved within the step in which it was asked, so no step is done twice.
    #expect(ledger.steps("a") == Array(1...30))
  }

  @Test func `a stage past its memory saves and fails with both figures`() throws {
    let folder = try TemporaryFolder()
    let isShort = Mutex(false)
    let isMeasured = Gate()
    let ledger = Ledger { _, step in
      guard step >= 3 else { return }
      isShort.withLock { $0 = true }
      // The runner acts on the measurement a moment after it.
      isMeasured.wait()
      Thread.sleep(forTimeInterval: 0.02)
    }
    var options = RunOptions.testing(checkpoints: .seconds(3600))
    options.residentMemory = {
      guard isShort.withLock({ $0 }) else { return 1_000_000_000 }
      isMeasured.open()
      return 3_000_000_000
    }
    let limits = StageLimits.of(maxResidentSize: 2_000_000_000)
    let stages = [counting("a", ledger, steps: 1000, limits: limits)]
    let first = try Runner.run(graph(stages), store: try folder.store(), options: options)
    let reached = try #require(ledger.steps("a").last)
    #expect(reached >= 3)
    #expect(
      first.outcomes == [
        "a": .failed(
          "the process holds 3.00 GB of memory, more than its max_rss of 2.00 GB; "
            + "the checkpoint of step \(reached) is kept, to go on from there")
      ])
    isShort.withLock { $0 = false }
    let patient = Ledger()
    let again = try Runner.run(
      graph([counting("a", patient, steps: 1000, limits: limits)]), store: try folder.store(),
      options: options)
    #expect(again.outcomes == ["a": .resumed(step: reached)])
    #expect(patient.steps("a").first == reached + 1)
  }

  /// In a process of its own: other tests take and give back memory all the time.
  @Test func `memory that a stage really holds is seen`() async {
    await #expect(processExitsWith: .success) {
      let before = try #require(ResidentMemory.current)
      let ballast = Mutex<[UInt8]>([])
      let ledger = Ledger { _, step in
        if step == 2 { ballast.withLock { $0 = [UInt8](repeating: 1, count: 300_000_000) } }
        Thread.sleep(forTimeInterval: 0.02)
      }
      let limits = StageLimits.of(maxResidentSize: before + 200_000_000)
      let summary = try Runner.run(
        graph([counting("a", ledger, steps: 1000, limits: limits)]),
        store: try TemporaryFolder().store(), options: .testing(checkpoints: .seconds(3600)))
      guard case .failed(let sentence) = summary.outcomes["a"] else {
        Issue.record("\(summary.outcomes)")
        return
      }
      #expect(sentence.contains("more than its max_rss of"))
      #expect(ballast.withLock { $0.count } > 0)
    }
  }

  @Test func `where memory cannot be watched, a limit on it is refused`() throws {
    var options = RunOptions.testing()
    options.residentMemory = { nil }
    let ledger = Ledger()
    let stages = [counting("a", ledger, limits: .of(maxResidentSize: 1)), counting("b", ledger)]
    options.keepsGoing = true
    let summary = try Runner.run(
      graph(stages), store: try TemporaryFolder().store(), options: options)
    #expect(
      summary.outcomes == [
        "a": .failed(
          "its max_rss cannot be watched: this system does not tell what a process holds"),
        "b": .ran,
      ])
  }

  @Test func `a stage gets the threads it asks for, and all cores when it asks for more`() throws {
    let ledger = Ledger()
    let observer = RecordingObserver()
    let stages = [
      counting("one", ledger, alpha: 1, limits: .of(threads: 1)),
      counting("many", ledger, from: "one", usesSeed: true, limits: .of(threads: 8)),
      counting("free", ledger, from: "many"),
    ]
    let axes = [Axis(path: Axis.seedPath, values: [.int(1), .int(2)])]
    let summary = try Runner.run(
      graph(stages, axes: axes, seeds: [1, 2]), store: try TemporaryFolder().store(),
      options: .testing(jobs: 2), observer: observer)
    #expect(summary.outcome == .done)
    #expect(ledger.threads.prefix(3) == [1, 2, 2])
    // Reported once, not for each point.
    #expect(observer.notices == [.fewerThreads(stage: "many", asked: 8, cores: 2)])
  }

  @Test func `the last to start is the first to leave when memory is short`() {
    var watch = MemoryWatch()
    #expect(!watch.isNeeded)
    watch.started(0, limit: 100)
    watch.started(1, limit: nil)
    watch.started(2, limit: 200)
    watch.started(3, limit: 150)
    #expect(watch.choose(holding: 100) == nil)
    #expect(watch.choose(holding: 180).map { [$0.point, $0.limit] } == [3, 150])
    // While one stage is ending, no other is asked to end.
    #expect(!watch.isNeeded)
    #expect(watch.choose(holding: 1000) == nil)
    watch.ended(3)
    #expect(watch.choose(holding: 180).map { [$0.point, $0.limit] } == [0, 100])
    watch.ended(0)
    #expect(watch.choose(holding: 180) == nil)
    #expect(watch.choose(holding: 201).map { [$0.point, $0.limit] } == [2, 200])
    watch.ended(2)
    #expect(!watch.isNeeded)
  }
}

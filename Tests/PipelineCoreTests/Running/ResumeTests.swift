import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120))) struct ResumeTests {
  private func stages(
    _ ledger: Ledger, steps: Int = 6, alpha: Double = 0, usesSeed: Bool = false
  ) -> [StageDeclaration] {
    [counting("a", ledger, steps: steps, alpha: alpha, usesSeed: usesSeed)]
  }

  /// Runs until a stop that is requested after `step`.
  private func stop(
    after step: Int, _ folder: TemporaryFolder, alpha: Double = 0,
    checkpoints: CheckpointCadence = .seconds(3600)
  ) throws -> RunSummary {
    let signal = StopSignal()
    let ledger = Ledger { _, number in if number == step { signal.request() } }
    return try Runner.run(
      graph(stages(ledger, alpha: alpha)), store: try folder.store(),
      options: .testing(checkpoints: checkpoints, stop: signal))
  }

  @Test(arguments: 1...6)
  func `stopped after any step and run again, the artifact is the same`(_ step: Int) throws {
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages(Ledger())), store: try reference.store(), options: .testing())

    let folder = try TemporaryFolder()
    let stopped = try stop(after: step, folder)
    #expect(stopped.outcome == .stopped)
    #expect(stopped["a"]?.outcome == .stopped(step: step))

    let ledger = Ledger()
    let plan = Planner.plan(
      graph(stages(ledger)), store: try folder.store(), fingerprint: { _ in "" })
    #expect(plan.points[0].state == .resume(step: step))
    let resumed = try Runner.run(
      graph(stages(ledger)), store: try folder.store(), options: .testing())
    #expect(resumed["a"]?.outcome == .resumed(step: step))
    #expect(ledger.steps("a") == Array(step + 1..<7))
    #expect(resumed.artifacts == expected.artifacts)
    #expect(folder.listing("store/checkpoints").isEmpty)
  }

  @Test func `stopped again and again it still comes to the same end`() throws {
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages(Ledger())), store: try reference.store(), options: .testing())
    let folder = try TemporaryFolder()
    for step in 1...6 { #expect(try stop(after: step, folder).outcome == .stopped) }
    let resumed = try Runner.run(
      graph(stages(Ledger())), store: try folder.store(), options: .testing())
    #expect(resumed.artifacts == expected.artifacts)
    // The log passed through six checkpoints and has no gap and no repetition.
    let log = try folder.store().artifact(try #require(resumed.points[0].artifact))
      .text("logs/steps.txt").split(separator: "\n").map { $0.split(separator: " ")[0] }
    #expect(log == ["1", "2", "3", "4", "5", "6"])
  }

  @Test func `a changed field leaves the checkpoint unused, changed back it is used`() throws {
    let folder = try TemporaryFolder()
    _ = try stop(after: 4, folder)
    let changed = Ledger()
    let other = try Runner.run(
      graph(stages(changed, alpha: 0.5)), store: try folder.store(), options: .testing())
    #expect(other["a"]?.outcome == .ran)
    #expect(changed.steps("a") == [1, 2, 3, 4, 5, 6])
    let back = Ledger()
    let resumed = try Runner.run(
      graph(stages(back)), store: try folder.store(), options: .testing())
    #expect(resumed["a"]?.outcome == .resumed(step: 4))
    #expect(back.steps("a") == [5, 6])
  }

  @Test func `the last two checkpoints are kept, and a torn one gives way to the one before`()
    throws
  {
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages(Ledger())), store: try reference.store(), options: .testing())
    for damage in ["cut", "flip", "index", "gone"] {
      let folder = try TemporaryFolder()
      let stopped = try stop(after: 5, folder, checkpoints: .steps(1))
      let key = try #require(stopped["a"]?.key)
      #expect(
        folder.listing("store/checkpoints").map { $0.dropFirst(65).prefix(13) } == [
          "log", "step-00000004", "step-00000004", "step-00000005", "step-00000005",
        ])
      let last = folder.url.appending(path: "store/checkpoints/\(key)/step-00000005")
      let state = last.appending(path: "state/all.json")
      let text = try String(contentsOf: state, encoding: .utf8)
      switch damage {
      case "cut": try overwrite(state, with: String(text.dropLast(3)))
      case "flip": try overwrite(state, with: text.replacingOccurrences(of: "5", with: "6"))
      case "index": try overwrite(last.appending(path: "index.json"), with: "{")
      default: try FileManager.default.removeItem(at: state)
      }
      let observer = RecordingObserver()
      let resumed = try Runner.run(
        graph(stages(Ledger())), store: try folder.store(), options: .testing(),
        observer: observer)
      #expect(resumed["a"]?.outcome == .resumed(step: 4), "\(damage)")
      #expect(resumed.artifacts == expected.artifacts, "\(damage)")
      #expect(observer.notices.count == 1, "\(damage)")
    }
  }

  @Test(arguments: Faults.Mode.allCases)
  func `a checkpoint that fails at any of its operations leaves a good one`(_ mode: Faults.Mode)
    throws
  {
    let key = String(repeating: "ab", count: 32)
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      let faults = Faults(mode, at: position)
      let store = try folder.store(files: faults.files)
      func save(_ step: Int, _ store: Store) throws {
        try store.saveCheckpoint(key, step: step) { writer in
          try writer.write(Data("step \(step)".utf8), to: "state")
        }
      }
      try save(1, store)
      try save(2, store)
      faults.arm()
      let result = Result { try save(3, store) }
      let after = try folder.store()
      let (checkpoint, _) = try after.latestCheckpoint(key)
      let found = try #require(checkpoint)
      #expect(found.step == 3 || found.step == 2)
      if case .success = result { #expect(found.step == 3) }
      #expect(try found.read("state") == Data("step \(found.step)".utf8))
      try save(4, after)
      #expect(try after.latestCheckpoint(key).checkpoint?.step == 4)
      guard faults.hasStruck else { break }
      position += 1
    }
    #expect(position > 8)
  }

  @Test func `a stop lets other stages save too and starts nothing new`() throws {
    let folder = try TemporaryFolder()
    let signal = StopSignal()
    let (isAtWork, isAsked) = (Gate(), Gate())
    let ledger = Ledger { label, step in
      if label == "a", step == 3 {
        isAtWork.wait()
        signal.request()
        isAsked.open()
      }
      if label == "b", step == 2 {
        isAtWork.open()
        isAsked.wait()
      }
    }
    let all = [
      counting("a", ledger, steps: 100), counting("b", ledger, steps: 100, alpha: 1),
      counting("c", ledger, steps: 2), gathering("table", ledger, ["a", "b", "c"]),
    ]
    let stopped = try Runner.run(
      graph(all), store: try folder.store(),
      options: .testing(jobs: 2, checkpoints: .seconds(3600), stop: signal))
    #expect(stopped.outcome == .stopped)
    #expect(stopped["a"]?.outcome == .stopped(step: 3))
    #expect(stopped["b"]?.outcome == .stopped(step: 2))
    #expect(ledger.steps("b") == [1, 2])
    #expect(stopped["c"]?.outcome == .notStarted)
    #expect(stopped["table"]?.outcome == .notStarted)
    #expect(try folder.store().run("latest").state == .stopped)
  }

  @Test func `a time limit stops the run`() throws {
    let folder = try TemporaryFolder()
    let start = ContinuousClock.now
    let time = Mutex(Duration.zero)
    let ledger = Ledger { _, step in if step == 4 { time.withLock { $0 = .seconds(100) } } }
    let stop = StopSignal(maxTime: .seconds(100)) { start + time.withLock { $0 } }
    let summary = try Runner.run(
      graph(stages(ledger, steps: 1000)), store: try folder.store(),
      options: .testing(checkpoints: .seconds(3600), stop: stop))
    #expect(summary.outcome == .stopped)
    #expect(ledger.steps("a") == [1, 2, 3, 4])
  }

  @Test(arguments: [Double.infinity, .greatestFiniteMagnitude, .nan, -1])
  func `no cadence is out of range`(seconds: Double) throws {
    let summary = try Runner.run(
      graph([counting("a", Ledger())]), store: try TemporaryFolder().store(),
      options: .testing(checkpoints: .seconds(seconds)))
    #expect(summary.outcome == .done)
  }

  @Test func `kill -9 in the middle loses at most the steps since the last checkpoint`()
    async throws
  {
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages(Ledger())), store: try reference.store(), options: .testing())
    let folder = try TemporaryFolder()
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let ledger = Ledger { _, step in if step == 5 { kill(getpid(), SIGKILL) } }
      let store = try Store(root: URL(filePath: path).appending(path: "store"))
      _ = try Runner.run(
        graph([counting("a", ledger, steps: 6)]), store: store, options: .testing())
    }
    // The killed run leaves a lease whose holder is dead, and half-written files.
    #expect(folder.listing("store/leases").count == 1)
    #expect(try folder.store().run("latest").state == .died)
    let observer = RecordingObserver()
    let resumed = try Runner.run(
      graph(stages(Ledger())), store: try folder.store(), options: .testing(),
      observer: observer)
    #expect(resumed["a"]?.outcome == .resumed(step: 4))
    #expect(resumed.artifacts == expected.artifacts)
    #expect(
      observer.notices.contains {
        if case .tookOver(address: "a", _) = $0 { true } else { false }
      })
    #expect(folder.listing("store/leases").isEmpty)
    #expect(folder.listing("store/tmp").isEmpty)
  }
}

@Suite struct StopSignalTests {
  @Test func `a request, a deadline and nothing else stop`() {
    let signal = StopSignal()
    #expect(!signal.isRequested)
    signal.request()
    #expect(signal.isRequested)
    #expect(StopSignal(maxTime: .zero).isRequested)
    #expect(!StopSignal(maxTime: .seconds(3600)).isRequested)
  }

  @Test func `no limit is too long`() {
    #expect(!StopSignal(maxTime: .seconds(Int64.max)).isRequested)
  }

  @Test func `a terminal that goes away asks to stop`() async {
    await #expect(processExitsWith: .success) {
      // The tests themselves may run under nohup.
      signal(SIGHUP, SIG_DFL)
      StopSignal.installHandlers()
      let stop = StopSignal(followsProcess: true)
      guard !stop.isRequested else { exit(1) }
      kill(getpid(), SIGHUP)
      exit(eventually { stop.isRequested } ? 0 : 2)
    }
  }

  @Test func `under nohup it does not`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      StopSignal.installHandlers()
      let stop = StopSignal(followsProcess: true)
      // Sent to this thread, which has received it when the call returns.
      raise(SIGHUP)
      guard !stop.isRequested else { exit(1) }
      kill(getpid(), SIGTERM)
      exit(eventually { stop.isRequested } ? 0 : 2)
    }
  }

  @Test func `the first signal asks, the second interrupt ends the process with 130`() async {
    await #expect(processExitsWith: .exitCode(130)) {
      StopSignal.installHandlers()
      let signal = StopSignal(followsProcess: true)
      guard !signal.isRequested else { exit(1) }
      // Sent to the process, because threads of the cooperative pool block signals.
      kill(getpid(), SIGINT)
      guard eventually({ signal.isRequested }), !StopSignal().isRequested else { exit(2) }
      kill(getpid(), SIGTERM)
      kill(getpid(), SIGINT)
      sleep(600)
      exit(3)
    }
  }
}

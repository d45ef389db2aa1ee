import Fields
import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120))) struct RunnerTests {
  private let ledger = Ledger()

  private func chain() -> [StageDeclaration] {
    [
      counting("base", ledger), counting("left", ledger, from: "base", alpha: 1),
      counting("right", ledger, from: "base", alpha: 2),
      gathering("table", ledger, ["left", "right"]),
    ]
  }

  @Test func `a run makes every point once, and the next one is all hits`() throws {
    let folder = try TemporaryFolder()
    let observer = RecordingObserver()
    let first = try Runner.run(
      graph(chain()), store: try folder.store(), options: .testing(), observer: observer)
    #expect(first.outcome == .done)
    #expect(ledger.takeRuns() == ["base", "gather", "left", "right"])
    #expect(
      observer.events == [
        "start base", "ran base", "start left", "ran left", "start right", "ran right",
        "start table", "ran table", "end done",
      ])

    let store = try folder.store()
    #expect(Planner.plan(graph(chain()), store: store, fingerprint: { _ in "" }).isAllHits)
    let second = try Runner.run(graph(chain()), store: store, options: .testing())
    #expect(ledger.takeRuns() == [])
    #expect(second.outcomes.values.allSatisfy { $0 == .hit })
    #expect(second.artifacts == first.artifacts)
    #expect(folder.listing("store/leases").isEmpty)
    #expect(folder.listing("store/tmp").isEmpty)
    #expect(folder.listing("store/checkpoints").isEmpty)
  }

  @Test func `two jobs overlap and make the same bytes as one`() throws {
    let one = try TemporaryFolder()
    let two = try TemporaryFolder()
    func stages(_ ledger: Ledger) -> StageGraph {
      graph((0..<4).map { counting("s\($0)", ledger, steps: 5, alpha: Double($0)) })
    }
    let alone = Ledger()
    let sequential = try Runner.run(stages(alone), store: try one.store(), options: .testing())
    #expect(alone.mostAtWork == 1)
    // No stage makes its second step before another stage has started.
    let meeting = Meeting(of: 2)
    let together = Ledger { _, step in if step == 1 { meeting.attend() } }
    let parallel = try Runner.run(
      stages(together), store: try two.store(), options: .testing(jobs: 2))
    #expect(together.mostAtWork == 2)
    #expect(parallel.artifacts == sequential.artifacts)
    // With two cores: both for one job, one each for two jobs.
    #expect(alone.threads == [2, 2, 2, 2])
    #expect(together.threads == [1, 1, 1, 1])
  }

  @Test func `equal work under two names is done once`() throws {
    let folder = try TemporaryFolder()
    let stages = ["a", "b", "c"].map { counting($0, ledger, label: "same") }
    let plan = Planner.plan(graph(stages), store: try folder.store(), fingerprint: { _ in "" })
    #expect(plan.points.map(\.state) == [.miss, .same(as: 0), .same(as: 0)])
    let summary = try Runner.run(
      graph(stages), store: try folder.store(), options: .testing(jobs: 3))
    #expect(ledger.takeRuns() == ["same"])
    #expect(summary.outcomes == ["a": .ran, "b": .hit, "c": .hit])
    #expect(Set(summary.artifacts).count == 1)
  }

  @Test func `an upstream that reruns to the same bytes leaves what follows cached`() throws {
    let folder = try TemporaryFolder()
    func stages(salt: Int) -> [StageDeclaration] {
      [counting("a", ledger, salt: salt), counting("b", ledger, from: "a")]
    }
    _ = try Runner.run(graph(stages(salt: 0)), store: try folder.store(), options: .testing())
    _ = ledger.takeRuns()
    let plan = Planner.plan(
      graph(stages(salt: 1)), store: try folder.store(), fingerprint: { _ in "" })
    #expect(plan.points.map(\.state) == [.miss, .waits(on: [0])])
    let summary = try Runner.run(
      graph(stages(salt: 1)), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == ["a"])
    #expect(summary.outcomes == ["a": .ran, "b": .hit])
  }

  @Test func `a change reruns only what depends on it`() throws {
    let folder = try TemporaryFolder()
    func stages(_ alpha: Double, patience: Int = 0) -> [StageDeclaration] {
      [
        counting("base", ledger), counting("left", ledger, from: "base", alpha: alpha),
        counting("right", ledger, from: "base", patience: patience),
        gathering("table", ledger, ["left", "right"]),
      ]
    }
    _ = try Runner.run(graph(stages(1)), store: try folder.store(), options: .testing())
    _ = ledger.takeRuns()
    _ = try Runner.run(graph(stages(2)), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == ["gather", "left"])
    _ = try Runner.run(
      graph(stages(2, patience: 9)), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == [])
    _ = try Runner.run(graph(stages(1)), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == [])
  }

  @Test func `swapping two inputs is a miss`() throws {
    let folder = try TemporaryFolder()
    func stages(_ first: String, _ second: String) -> [StageDeclaration] {
      [
        counting("a", ledger), counting("b", ledger, alpha: 1),
        counting("c", ledger, from: first, also: second),
      ]
    }
    let one = try Runner.run(
      graph(stages("a", "b")), store: try folder.store(), options: .testing())
    _ = ledger.takeRuns()
    let two = try Runner.run(
      graph(stages("b", "a")), store: try folder.store(), options: .testing())
    #expect(ledger.takeRuns() == ["c"])
    #expect(one["c"]?.artifact != two["c"]?.artifact)
  }

  @Test func `a sweep splits what it reaches and the table receives every point`() throws {
    let folder = try TemporaryFolder()
    let stages = [
      counting("base", ledger), counting("rl", ledger, from: "base", usesSeed: true),
      gathering("table", ledger, ["base", "rl"]),
    ]
    let axes = [
      Axis(path: "rl.alpha", values: [.float(0), .float(0.5)]),
      Axis(path: "seed", values: [.int(3), .int(4)]),
    ]
    let summary = try Runner.run(
      graph(stages, axes: axes, seeds: [3, 4]), store: try folder.store(),
      options: .testing(jobs: 2))
    #expect(ledger.takeRuns() == ["base", "gather", "rl", "rl", "rl", "rl"])
    let table = try folder.store().artifact(try #require(summary["table"]?.artifact))
    let lines = try table.text("list.txt").split(separator: "\n").map {
      String($0.split(separator: " ")[0])
    }
    #expect(
      lines == [
        "base[]", "rl[alpha=0,seed=3]", "rl[alpha=0,seed=4]", "rl[alpha=0.5,seed=3]",
        "rl[alpha=0.5,seed=4]",
      ])
    #expect(Set(summary.artifacts).count == 6)
  }

  @Test func `the run says what the plan said, whatever the store holds`() throws {
    for seed in 0..<8 {
      var random = SeededRandom(UInt64(seed))
      let folder = try TemporaryFolder()
      func stages(_ random: inout SeededRandom) -> [StageDeclaration] {
        (0..<10).map { index in
          let from = index > 0 && random.below(3) > 0 ? "s\(random.below(index))" : nil
          return counting(
            "s\(index)", ledger, from: from, label: "x", steps: 1 + random.below(2),
            alpha: Double(random.below(2)), salt: random.below(2))
        }
      }
      for _ in 0..<3 {
        let graph = graph(stages(&random))
        let store = try folder.store()
        let before = folder.listing()
        let plan = Planner.plan(graph, store: store, fingerprint: { _ in "" })
        #expect(folder.listing() == before)
        let run = try Runner.run(
          graph, store: try folder.store(), options: .testing(jobs: 1 + random.below(2)))
        for (planned, result) in zip(plan.points, run.points) {
          switch planned.state {
          case .hit(let artifact):
            #expect(result.outcome == .hit && result.artifact == artifact, "seed \(seed)")
          case .miss: #expect(result.outcome == .ran, "seed \(seed)")
          case .same(let other):
            #expect(
              result.outcome == .hit && result.artifact == run.points[other].artifact,
              "seed \(seed)")
          case .waits: #expect(result.outcome.isSuccess, "seed \(seed)")
          case .resume, .extend, .unusable: Issue.record("seed \(seed): \(planned.state)")
          }
        }
      }
    }
  }

  @Test func `a failure is one sentence, is not cached, and stops what follows`() throws {
    let folder = try TemporaryFolder()
    let stages = [
      counting("a", ledger), counting("bad", ledger), counting("c", ledger, from: "bad"),
      counting("d", ledger, from: "a"),
    ]
    ledger.setFailing(["bad"])
    let first = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    #expect(first.outcome == .failed)
    #expect(
      first.outcomes == [
        "a": .ran, "bad": .failed("'bad' was told to fail"), "c": .skipped(because: "bad"),
        "d": .notStarted,
      ])
    let going = try Runner.run(
      graph(stages), store: try folder.store(), options: .testing(keepsGoing: true))
    #expect(going.outcome == .failed)
    #expect(going.outcomes["a"] == .hit)
    #expect(going.outcomes["d"] == .ran)
    #expect(going.outcomes["c"] == .skipped(because: "bad"))
    ledger.setFailing([])
    let mended = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    #expect(mended.outcome == .done)
    #expect(mended.outcomes == ["a": .hit, "bad": .ran, "c": .ran, "d": .hit])
  }

  @Test func `going on, a table is made of what there is and is not cached`() throws {
    let folder = try TemporaryFolder()
    ledger.setFailing(["left"])
    let first = try Runner.run(
      graph(chain()), store: try folder.store(), options: .testing(keepsGoing: true))
    #expect(first.outcome == .failed)
    #expect(first.outcomes["table"] == .partial)
    #expect(first["table"]?.key == nil)
    #expect(ledger.missing == ["left"])
    let store = try folder.store()
    let table = try store.artifact(try #require(first["table"]?.artifact))
    #expect(try table.text("list.txt").hasPrefix("right[] "))
    // Run again without a repair: it is made again, because it was not cached.
    _ = ledger.takeRuns()
    _ = try Runner.run(
      graph(chain()), store: try folder.store(), options: .testing(keepsGoing: true))
    #expect(ledger.takeRuns() == ["gather", "left"])
    ledger.setFailing([])
    let whole = try Runner.run(
      graph(chain()), store: try folder.store(), options: .testing(keepsGoing: true))
    #expect(whole.outcome == .done)
    #expect(whole.outcomes["table"] == .ran)
  }

  @Test func `a stage may take a folder from outside`() throws {
    let folder = try TemporaryFolder()
    try folder.write("start\n", to: "outside/value.txt")
    func outside(_ path: String) -> [StageDeclaration] {
      [
        StageDeclaration(
          name: "a", kind: CountingKind(ledger),
          config: counting("a", ledger).config,
          inputs: [StageInput(role: "from", source: .external(.checkpoint(path: path)))])
      ]
    }
    let path = folder.path + "outside"
    func run(_ path: String) throws -> RunSummary {
      try Runner.run(graph(outside(path)), store: try folder.store(), options: .testing())
    }
    let first = try run(path)
    #expect(first.outcomes == ["a": .ran])
    #expect(try run(path).outcomes == ["a": .hit])
    try folder.write("start\n", to: "elsewhere/value.txt")
    #expect(try run(folder.path + "elsewhere").outcomes == ["a": .hit])
    try folder.write("other\n", to: "outside/value.txt")
    let changed = try run(path)
    #expect(changed.outcomes == ["a": .ran])
    #expect(changed.artifacts != first.artifacts)
    let gone = try run(folder.path + "nowhere")
    #expect(gone.outcomes == ["a": .failed("'\(folder.path)nowhere' is missing")])
  }

  @Test func `a full disk is one clear line and loses nothing`() throws {
    let folder = try TemporaryFolder()
    let before = try Runner.run(
      graph([counting("a", ledger)]), store: try folder.store(), options: .testing())
    let faults = FileSystem { operation in
      if operation.kind == .write { throw StoreError.diskFull(path: operation.path) }
    }
    let store = try folder.store(files: faults)
    let observer = RecordingObserver()
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")]
    #expect(throws: StoreError.self) {
      // Even the run's own file cannot be written.
      try Runner.run(graph(stages), store: store, options: .testing(), observer: observer)
    }
    let later = FileSystem { operation in
      // The run's own file can be written, but the stage's checkpoints cannot.
      if operation.kind == .write, operation.path.hasSuffix("/all.json") {
        throw StoreError.diskFull(path: operation.path)
      }
    }
    let summary = try Runner.run(
      graph(stages), store: try folder.store(files: later), options: .testing())
    #expect(summary.outcomes["a"] == .hit)
    guard case .failed(let message) = summary.outcomes["b"] else {
      Issue.record("b did not fail")
      return
    }
    #expect(message.hasPrefix("the disk is full: "))
    #expect(!message.contains("\n"))
    let after = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
    #expect(after.outcomes == ["a": .hit, "b": .ran])
    #expect(after["a"]?.artifact == before["a"]?.artifact)
  }

  @Test func `a run whose process dies at any operation is finished by the next`() throws {
    let stages = [counting("a", ledger, steps: 2), counting("b", ledger, from: "a", steps: 2)]
    let reference = try TemporaryFolder()
    let expected = try Runner.run(
      graph(stages), store: try reference.store(), options: .testing()
    ).artifacts
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      let faults = Faults(.crash, at: position)
      let store = try folder.store(files: faults.files)
      faults.arm()
      _ = try? Runner.run(graph(stages), store: store, options: .testing())
      let after = try Runner.run(graph(stages), store: try folder.store(), options: .testing())
      #expect(after.outcome == .done, "operation \(position)")
      #expect(after.artifacts == expected, "operation \(position)")
      guard faults.hasStruck else { break }
      // Only every third operation is tested: a whole run has about two hundred.
      position += 3
    }
    #expect(position > 60)
  }

  @Test func `another result under a key that was taken meanwhile is reported and not used`() throws
  {
    let folder = try TemporaryFolder()
    let stages = { counting("a", $0) }
    let key = StageKey.compute(
      point: graph([stages(ledger)]).points[0], inputs: [], fingerprint: "")
    let path = folder.url.appending(path: "store")
    let intruder = Ledger { _, step in
      guard step == 2 else { return }
      do {
        try Store(root: path).put(["value.txt": "first\n"], under: key)
      } catch {
        Issue.record("\(error)")
      }
    }
    let observer = RecordingObserver()
    let summary = try Runner.run(
      graph([stages(intruder)]), store: try folder.store(), options: .testing(),
      observer: observer)
    let kept = try folder.store().artifact(try #require(summary["a"]?.artifact))
    #expect(try kept.text("value.txt") == "first\n")
    guard
      case .differs("a", key.hex, kept.digest, let second) = try #require(observer.notices.first)
    else {
      Issue.record("\(observer.notices)")
      return
    }
    #expect(observer.notices[0].description.contains(second))
  }

  @Test func `two hundred hits cost little`() throws {
    let folder = try TemporaryFolder()
    let stages =
      [counting("base", ledger, steps: 1)]
      + (0..<199).map { counting("s\($0)", ledger, from: "base", steps: 1, alpha: Double($0)) }
    let graph = graph(stages)
    _ = try Runner.run(graph, store: try folder.store(), options: .testing(jobs: 2))
    // The memo is only for files that have not changed for a while.
    let later = try folder.store(now: { Store.wallClock() + 3_600_000_000_000 })
    _ = Planner.plan(graph, store: later, fingerprint: { _ in "" })
    try later.saveMemo()

    let planning = try processorSeconds {
      let plan = Planner.plan(graph, store: try folder.store(), fingerprint: { _ in "" })
      #expect(plan.isAllHits)
    }
    let running = try processorSeconds {
      _ = try Runner.run(graph, store: try folder.store(), options: .testing())
    }
    // The target is 0.3 s.
    #expect(planning < 2)
    #expect(running < 2)
  }
}

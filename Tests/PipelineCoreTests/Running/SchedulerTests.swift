import PipelineCore
import TestSupport
import Testing

/// Plays the runner for a scheduler: performs its actions and checks them.
private struct Play {
  var scheduler: Scheduler
  let nodes: [Scheduler.Node]
  let jobs: Int
  var hits: Set<Int> = []
  var failing: Set<Int> = []
  var running: [Int] = []
  var started: [Int] = []
  var succeeded: Set<Int> = []
  var skipped: Set<Int> = []
  var mostRunning = 0

  let cores: Int
  var threads: [Int: Int] = [:]
  var mostThreads = 0

  init(_ nodes: [Scheduler.Node], jobs: Int, cores: Int = 64, keepsGoing: Bool) {
    self.nodes = nodes
    self.jobs = jobs
    self.cores = cores
    scheduler = Scheduler(nodes, jobs: jobs, cores: cores, keepsGoing: keepsGoing)
  }

  mutating func perform(_ actions: [Scheduler.Action]) {
    for action in actions {
      switch action {
      case .resolve(let index):
        #expect(nodes[index].needs.allSatisfy(succeeded.contains), "inputs of \(index)")
        if hits.contains(index) {
          scheduler.finished(index, .succeeded)
          succeeded.insert(index)
        } else {
          scheduler.needsWork(index)
        }
      case .start(let index, let threads):
        running.append(index)
        self.threads[index] = threads
        mostThreads = max(mostThreads, running.reduce(0) { $0 + (self.threads[$1] ?? 0) })
        started.append(index)
        mostRunning = max(mostRunning, running.count)
      case .skip(let index, let culprit):
        #expect(!succeeded.contains(culprit))
        skipped.insert(index)
      }
    }
  }

  /// Runs to the end, finishing running points in a random order.
  mutating func play(_ random: inout SeededRandom) {
    var rounds = 0
    while !scheduler.isFinished {
      rounds += 1
      guard rounds < 10_000 else {
        Issue.record("the scheduler does not come to an end")
        return
      }
      let actions = scheduler.actions()
      perform(actions)
      if actions.isEmpty, !running.isEmpty {
        let index = running.remove(at: random.below(running.count))
        let fails = failing.contains(index)
        scheduler.finished(index, fails ? .failed : .succeeded)
        if !fails { succeeded.insert(index) }
      }
    }
  }
}

private func randomNodes(_ random: inout SeededRandom) -> [Scheduler.Node] {
  (0..<(1 + random.below(20))).map { index in
    let candidates = Set((0..<random.below(4)).map { _ in random.below(index) })
    let inputs = index == 0 ? [] : candidates.sorted()
    let threads = random.below(2) == 0 ? nil : 1 + random.below(6)
    // One node in five collects its inputs instead.
    return random.below(5) == 0
      ? Scheduler.Node(needs: [], collects: inputs, threads: threads)
      : Scheduler.Node(needs: inputs, threads: threads)
  }
}

@Suite struct SchedulerTests {
  /// Two points that fit together, and one that does not fit beside either.
  @Test func `points whose memory does not fit together run one after another`() {
    var nodes = [40, 50, 60].map { bytes in
      var node = Scheduler.Node(needs: [])
      node.memory = bytes
      return node
    }
    nodes.append(Scheduler.Node(needs: []))
    var scheduler = Scheduler(nodes, jobs: 4, cores: 8, keepsGoing: false, memory: 100)
    func started(_ scheduler: inout Scheduler) -> [Int] {
      scheduler.actions().compactMap { if case .start(let index, _) = $0 { index } else { nil } }
    }
    _ = scheduler.actions()
    for index in nodes.indices { scheduler.needsWork(index) }
    #expect(started(&scheduler) == [0, 1, 3])
    scheduler.finished(0, .succeeded)
    #expect(started(&scheduler) == [])
    scheduler.finished(1, .succeeded)
    #expect(started(&scheduler) == [2])
  }

  @Test func `a point larger than all memory runs alone`() {
    var scheduler = Scheduler(
      [Scheduler.Node(needs: []), Scheduler.Node(needs: [])], jobs: 2, cores: 8,
      keepsGoing: false, memory: 100)
    _ = scheduler.actions()
    for index in 0..<2 {
      scheduler.takes(index, memory: 500)
      scheduler.needsWork(index)
    }
    #expect(scheduler.actions() == [.start(0, threads: 8)])
    scheduler.finished(0, .succeeded)
    #expect(scheduler.actions() == [.start(1, threads: 8)])
    #expect(!scheduler.isFinished)
  }

  @Test func `every point of a random graph runs once, after its inputs, within the jobs`() {
    for seed in 0..<300 {
      var random = SeededRandom(UInt64(seed))
      let nodes = randomNodes(&random)
      let jobs = 1 + random.below(4)
      let cores = 1 + random.below(5)
      var play = Play(nodes, jobs: jobs, cores: cores, keepsGoing: random.below(2) == 0)
      play.hits = Set(nodes.indices.filter { _ in random.below(3) == 0 })
      play.play(&random)
      #expect(play.succeeded == Set(nodes.indices), "seed \(seed)")
      #expect(play.started.count == Set(play.started).count, "seed \(seed)")
      #expect(Set(play.started).isDisjoint(with: play.hits), "seed \(seed)")
      #expect(play.mostRunning <= jobs, "seed \(seed)")
      #expect(play.mostThreads <= cores, "seed \(seed)")
      for (index, threads) in play.threads {
        #expect(threads >= 1, "seed \(seed)")
        if let asked = nodes[index].threads { #expect(threads == min(asked, cores)) }
      }
    }
  }

  @Test func `going on, a failure stops exactly what is downstream of it`() {
    for seed in 0..<300 {
      var random = SeededRandom(UInt64(seed))
      let nodes = randomNodes(&random)
      let failing = random.below(nodes.count)
      var play = Play(nodes, jobs: 1 + random.below(3), keepsGoing: true)
      play.failing = [failing]
      play.play(&random)

      var lost: Set<Int> = [failing]
      for (index, node) in nodes.enumerated() where index > failing {
        let gathersNothing =
          !node.collects.isEmpty && node.collects.allSatisfy(lost.contains)
        if node.needs.contains(where: lost.contains) || gathersNothing { lost.insert(index) }
      }
      #expect(play.skipped == lost.subtracting([failing]), "seed \(seed)")
      #expect(play.succeeded == Set(nodes.indices).subtracting(lost), "seed \(seed)")
    }
  }

  @Test func `without going on, nothing starts after a failure`() {
    // Point 0 fails while 1 runs; 2 waits for a place; 3 is downstream of 0; 4 collects all.
    let nodes: [Scheduler.Node] = [
      .init(needs: []), .init(needs: []), .init(needs: []), .init(needs: [0]),
      .init(needs: [], collects: [0, 1, 2]),
    ]
    var play = Play(nodes, jobs: 2, keepsGoing: false)
    play.perform(play.scheduler.actions())
    play.perform(play.scheduler.actions())
    #expect(play.running == [0, 1])
    play.scheduler.finished(0, .failed)
    #expect(
      play.scheduler.actions() == [.skip(3, because: 0), .skip(4, because: 0)])
    #expect(!play.scheduler.isFinished)
    play.scheduler.finished(1, .succeeded)
    #expect(play.scheduler.actions() == [])
    #expect(play.scheduler.isFinished)
  }

  @Test func `collecting goes on with what is left, and is partial`() {
    let nodes: [Scheduler.Node] = [
      .init(needs: []), .init(needs: []), .init(needs: [], collects: [0, 1]),
    ]
    var play = Play(nodes, jobs: 1, keepsGoing: true)
    play.failing = [0]
    var random = SeededRandom(1)
    play.play(&random)
    #expect(play.started == [0, 1, 2])
    #expect(play.scheduler.isPartial(2))
  }

  @Test func `after a halt nothing new begins and what runs may end`() {
    let nodes: [Scheduler.Node] = [.init(needs: []), .init(needs: []), .init(needs: [0])]
    var play = Play(nodes, jobs: 1, keepsGoing: true)
    play.perform(play.scheduler.actions())
    play.perform(play.scheduler.actions())
    #expect(play.running == [0])
    play.scheduler.halt()
    #expect(!play.scheduler.isFinished)
    play.scheduler.finished(0, .succeeded)
    #expect(play.scheduler.actions() == [])
    #expect(play.scheduler.isFinished)
  }

  @Test func `equal work waits for the one that does it`() {
    let nodes: [Scheduler.Node] = [.init(needs: []), .init(needs: [])]
    var scheduler = Scheduler(nodes, jobs: 2, cores: 2, keepsGoing: false)
    #expect(scheduler.actions() == [.resolve(0), .resolve(1)])
    scheduler.needsWork(0)
    scheduler.sharesWork(1, with: 0)
    #expect(scheduler.actions() == [.start(0, threads: 2)])
    scheduler.finished(0, .succeeded)
    #expect(scheduler.actions() == [.resolve(1)])
  }

  /// A scheduler whose points are all queued.
  private func queued(_ threads: [Int?], jobs: Int, cores: Int) -> Scheduler {
    let nodes = threads.map { Scheduler.Node(needs: [], threads: $0) }
    var scheduler = Scheduler(nodes, jobs: jobs, cores: cores, keepsGoing: true)
    for case .resolve(let index) in scheduler.actions() { scheduler.needsWork(index) }
    return scheduler
  }

  @Test func `cores are shared by what starts together, and a lone point has them all`() {
    var scheduler = queued([nil, nil, nil], jobs: 2, cores: 5)
    #expect(scheduler.actions() == [.start(0, threads: 3), .start(1, threads: 2)])
    scheduler.finished(1, .succeeded)
    #expect(scheduler.actions() == [.start(2, threads: 2)])
    var lone = queued([nil], jobs: 8, cores: 5)
    #expect(lone.actions() == [.start(0, threads: 5)])
    // With more jobs than cores, there are no more stages than cores.
    var many = queued([nil, nil, nil], jobs: 8, cores: 2)
    #expect(many.actions() == [.start(0, threads: 1), .start(1, threads: 1)])
    #expect(many.actions() == [])
    many.finished(0, .succeeded)
    #expect(many.actions() == [.start(2, threads: 1)])
  }

  @Test func `nothing starts with all cores while something else is being looked up`() {
    var scheduler = Scheduler(
      [.init(needs: []), .init(needs: [])], jobs: 2, cores: 2, keepsGoing: true)
    #expect(scheduler.actions() == [.resolve(0), .resolve(1)])
    scheduler.needsWork(0)
    #expect(scheduler.actions() == [])
    scheduler.needsWork(1)
    #expect(scheduler.actions() == [.start(0, threads: 1), .start(1, threads: 1)])
  }

  @Test func `a point that asks for threads waits until they are free`() {
    var scheduler = queued([3, 2, 1, 9], jobs: 4, cores: 4)
    #expect(scheduler.actions() == [.start(0, threads: 3), .start(2, threads: 1)])
    scheduler.finished(2, .succeeded)
    #expect(scheduler.actions() == [])
    scheduler.finished(0, .succeeded)
    #expect(scheduler.actions() == [.start(1, threads: 2)])
    scheduler.finished(1, .succeeded)
    // It asks for more threads than there are and gets all of them.
    #expect(scheduler.actions() == [.start(3, threads: 4)])
  }

  @Test func `a point that is tried again gives its threads back and takes its turn`() {
    var scheduler = queued([nil, 2], jobs: 1, cores: 2)
    #expect(scheduler.actions() == [.start(0, threads: 2)])
    scheduler.triesAgain(0)
    #expect(!scheduler.isFinished)
    #expect(scheduler.actions() == [.start(0, threads: 2)])
    scheduler.triesAgain(0)
    scheduler.halt()
    #expect(scheduler.actions() == [])
    #expect(scheduler.isFinished)
  }

  @Test func `what another process does frees its place and is looked up afterwards`() {
    var scheduler = queued([nil, nil], jobs: 1, cores: 2)
    #expect(scheduler.actions() == [.start(0, threads: 2)])
    scheduler.runsInOtherProcess(0)
    #expect(scheduler.actions() == [.start(1, threads: 2)])
    scheduler.finished(1, .succeeded)
    #expect(scheduler.actions() == [])
    #expect(!scheduler.isFinished)
    scheduler.otherProcessEnded(0)
    #expect(scheduler.actions() == [.resolve(0)])
  }

  @Test func `what waits for another point is looked up at its end, even after a failure`() {
    var scheduler = queued([nil, nil], jobs: 2, cores: 2)
    scheduler.waits(1, for: 0)
    #expect(scheduler.actions() == [.start(0, threads: 2)])
    // It is too late for work that runs.
    scheduler.waits(0, for: 1)
    #expect(scheduler.isRunning(0))
    scheduler.finished(0, .failed)
    #expect(scheduler.actions() == [.resolve(1)])
  }

  @Test func `a damaged input is made again before the point that found it`() {
    let nodes: [Scheduler.Node] = [.init(needs: []), .init(needs: [0]), .init(needs: [0])]
    var scheduler = Scheduler(nodes, jobs: 1, cores: 1, keepsGoing: false)
    #expect(scheduler.actions() == [.resolve(0)])
    scheduler.finished(0, .succeeded)
    #expect(scheduler.actions() == [.resolve(1), .resolve(2)])
    scheduler.needsWork(1)
    scheduler.needsWork(2)
    #expect(scheduler.actions() == [.start(1, threads: 1)])
    scheduler.inputLost(0, foundBy: 1)
    #expect(scheduler.actions() == [.resolve(0)])
    scheduler.needsWork(0)
    #expect(scheduler.actions() == [.start(0, threads: 1)])
    scheduler.finished(0, .succeeded)
    #expect(scheduler.actions() == [.resolve(1), .resolve(2)])
  }
}

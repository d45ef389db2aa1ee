/// Decides the next actions of a run: a value without threads, clocks or files. The runner reports
/// events to it and performs the actions it returns.
///
/// ```
/// waiting ─▶ resolving ─needsWork─▶ queued ─▶ running ─finished─▶ succeeded | failed | stopped
///    ▲           │                    ▲          │
///    │           ├─ finished: a cache hit, or unusable inputs
///    ├───────────┴─ sharesWork, waits ├─ triesAgain
///    ├───────────── inputLost ────────┼──────────┤
///    └─ otherProcessEnded ─ runningInOtherProcess ◀─ runsInOtherProcess
/// ```
/// A point starts when its threads fit in the free cores. A point without a number of threads gets
/// an equal part of the free cores, and so all of them when it starts alone. A point that started
/// alone keeps them until it ends, because nothing else becomes ready before. Its memory must fit
/// too in what running points leave; a point that fits nowhere runs alone.
package struct Scheduler: Sendable {
  /// A point as the scheduler sees it.
  package struct Node: Sendable, Hashable {
    /// Points that must succeed first.
    package var needs: [Int]
    /// Points of collecting roles: if the run keeps going after failures, one that succeeds is
    /// enough.
    package var collects: [Int]
    /// The number of threads; more than the number of cores means all cores. Nil for an equal part.
    package var threads: Int?
    /// The bytes of memory that it takes at most; 0 if that is unknown.
    package var memory = 0
    /// Points that must have ended first, with or without success.
    var waitsFor: [Int] = []

    package init(needs: [Int], collects: [Int] = [], threads: Int? = nil) {
      self.needs = needs
      self.collects = collects
      self.threads = threads
    }
  }

  package enum Action: Sendable, Hashable {
    /// Compute the key and look it up; answer with `finished`, `needsWork`, `sharesWork`
    /// or `waits`.
    case resolve(Int)
    /// Do the work; answer with `finished`, `triesAgain`, `inputLost` or `runsInOtherProcess`.
    case start(Int, threads: Int)
    /// The point can never run, because `because` failed or was itself skipped.
    case skip(Int, because: Int)
  }

  package enum Result: Sendable, Hashable { case succeeded, failed, stopped }

  private enum State {
    case waiting, resolving, queued, running, runningInOtherProcess
    case succeeded, failed, skipped, stopped
  }

  private var nodes: [Node]
  private var states: [State]
  /// The threads of running points; 0 for all others.
  private var threads: [Int]
  private let jobs: Int
  private let cores: Int
  private let keepsGoing: Bool
  /// The bytes of memory for all running points together.
  private let memory: Int
  /// True if no new work starts, after a failure or a request to stop.
  package private(set) var isHalted = false

  /// - Precondition: the nodes form no cycle; `jobs` and `cores` are at least 1.
  package init(
    _ nodes: [Node], jobs: Int, cores: Int, keepsGoing: Bool, memory: Int = .max
  ) {
    precondition(jobs >= 1 && cores >= 1)
    self.nodes = nodes
    self.jobs = jobs
    self.cores = cores
    self.keepsGoing = keepsGoing
    self.memory = memory
    states = Array(repeating: .waiting, count: nodes.count)
    threads = Array(repeating: 0, count: nodes.count)
  }

  /// Everything that can be done now, in the order of points; starts come last. Each action is
  /// returned once.
  package mutating func actions() -> [Action] {
    var actions: [Action] = []
    for index in nodes.indices {
      switch states[index] {
      case .waiting:
        if let culprit = obstacle(of: index) {
          states[index] = .skipped
          actions.append(.skip(index, because: culprit))
        } else if !isHalted, isReady(index) {
          states[index] = .resolving
          actions.append(.resolve(index))
        }
      default:
        break
      }
    }
    // Ready points share the free cores, so all ready points must be known first.
    if !isHalted, !states.contains(.resolving) { actions += starts() }
    return actions
  }

  /// Starts queued points that fit. A point that does not fit is passed by later ones that do.
  private mutating func starts() -> [Action] {
    var places = jobs - states.count { $0 == .running }
    var free = cores - threads.reduce(0, +)
    var taken = states.indices.filter { states[$0] == .running }
      .reduce(0) { StageCost.sum([$0, nodes[$1].memory]) }
    var isAlone = !states.contains(.running)
    var chosen: [Int] = []
    for index in nodes.indices where states[index] == .queued && places > 0 {
      let least = min(cores, max(1, nodes[index].threads ?? 1))
      let together = StageCost.sum([taken, nodes[index].memory])
      guard least <= free, isAlone || together <= memory else { continue }
      threads[index] = least
      states[index] = .running
      free -= least
      taken = together
      isAlone = false
      places -= 1
      chosen.append(index)
    }
    let sharing = chosen.filter { nodes[$0].threads == nil }
    for (turn, index) in sharing.enumerated() {
      threads[index] += free / sharing.count + (turn < free % sharing.count ? 1 : 0)
    }
    return chosen.map { .start($0, threads: threads[$0]) }
  }

  /// True if nothing is running and nothing will run.
  package var isFinished: Bool {
    if states.contains(where: { $0 == .running || $0 == .resolving }) { return false }
    if !isHalted, states.contains(.runningInOtherProcess) { return false }
    var probe = self
    return probe.actions().isEmpty
  }

  /// True if the point runs although some inputs of its collecting roles failed.
  package func isPartial(_ index: Int) -> Bool {
    nodes[index].collects.contains { states[$0] != .succeeded }
  }

  /// Says how much memory a point takes at most, before it starts.
  package mutating func takes(_ index: Int, memory: Int) { nodes[index].memory = memory }

  package mutating func needsWork(_ index: Int) {
    states[index] = .queued
  }

  /// Another point of this run is doing the same work: wait for it, then look up again.
  package mutating func sharesWork(_ index: Int, with other: Int) {
    nodes[index].needs.append(other)
    states[index] = .waiting
  }

  /// The work of the point failed and is queued again.
  package mutating func triesAgain(_ index: Int) {
    threads[index] = 0
    states[index] = .queued
  }

  /// Another process does the point's work: the point gives up its threads and its place meanwhile.
  package mutating func runsInOtherProcess(_ index: Int) {
    threads[index] = 0
    states[index] = .runningInOtherProcess
  }

  /// The other process has ended, with or without success: look up again.
  package mutating func otherProcessEnded(_ index: Int) {
    if states[index] == .runningInOtherProcess { states[index] = .waiting }
  }

  /// The final state of `other` is useful for this point: wait for its end, then look up again.
  /// Does nothing for a point that is already running.
  package mutating func waits(_ index: Int, for other: Int) {
    guard states[index] == .resolving || states[index] == .queued else { return }
    nodes[index].waitsFor.append(other)
    states[index] = .waiting
  }

  package func isQueued(_ index: Int) -> Bool { states[index] == .queued }

  package func isRunning(_ index: Int) -> Bool { states[index] == .running }

  package mutating func finished(_ index: Int, _ result: Result) {
    threads[index] = 0
    switch result {
    case .succeeded: states[index] = .succeeded
    case .stopped:
      states[index] = .stopped
      isHalted = true
    case .failed:
      states[index] = .failed
      if !keepsGoing { isHalted = true }
    }
  }

  /// A running point found the artifact of `upstream` damaged: `upstream` is resolved again, then
  /// this point and the queued points that need the same artifact.
  package mutating func inputLost(_ upstream: Int, foundBy index: Int) {
    threads[index] = 0
    states[index] = .waiting
    if states[upstream] == .succeeded { states[upstream] = .waiting }
    for other in nodes.indices where states[other] == .queued && !isReady(other) {
      states[other] = .waiting
    }
  }

  /// Starts no new work from now on; running points may finish or stop.
  package mutating func halt() { isHalted = true }

  private func isReady(_ index: Int) -> Bool {
    nodes[index].needs.allSatisfy { states[$0] == .succeeded }
      && (nodes[index].collects + nodes[index].waitsFor).allSatisfy { hasSettled($0) }
  }

  private func hasSettled(_ index: Int) -> Bool {
    switch states[index] {
    case .succeeded, .failed, .skipped: true
    case .waiting, .resolving, .queued, .running, .runningInOtherProcess, .stopped: false
    }
  }

  /// A point whose failure makes it impossible to run this one.
  private func obstacle(of index: Int) -> Int? {
    func hasFailed(_ other: Int) -> Bool { states[other] == .failed || states[other] == .skipped }
    let node = nodes[index]
    if let failed = node.needs.first(where: hasFailed) { return failed }
    guard let failed = node.collects.first(where: hasFailed) else { return nil }
    // Collecting the remaining inputs needs a run that keeps going, and at least one input.
    return keepsGoing && !node.collects.allSatisfy(hasFailed) ? nil : failed
  }
}

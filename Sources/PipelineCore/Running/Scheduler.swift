/// Decides what to do next in a run: a value without threads, clocks or files. It is told what
/// happened and returns actions; the runner performs them.
///
/// ```
/// waiting ──resolve──▶ resolving ──hit──────────────────────────▶ done
///    ▲                     └─needs work─▶ queued ──start──▶ running ─▶ done | failed | stopped
///    └── an input turned out damaged ──────────────────────────┘
/// ```
package struct Scheduler: Sendable {
  /// A point as scheduling sees it.
  package struct Node: Sendable, Hashable {
    /// Points that must succeed first.
    package var needs: [Int]
    /// Points that are collected: when going on after failures, one that succeeds is enough.
    package var collects: [Int]
    /// Points that must have ended first, well or not.
    var follows: [Int] = []

    package init(needs: [Int], collects: [Int] = []) {
      self.needs = needs
      self.collects = collects
    }
  }

  package enum Action: Sendable, Hashable {
    /// Compute the key and look it up; answer with `finished`, `needsWork` or `shares`.
    case resolve(Int)
    /// Do the work; answer with `finished` or `demoted`.
    case start(Int)
    /// Can never run, since `because` failed or was itself skipped.
    case skip(Int, because: Int)
  }

  package enum Result: Sendable, Hashable { case succeeded, failed, stopped }

  private enum State {
    case waiting, resolving, queued, running, succeeded, failed, skipped, stopped
  }

  private var nodes: [Node]
  private var states: [State]
  private let jobs: Int
  private let keepsGoing: Bool
  /// No new work: something failed, or a stop was asked for.
  private var isHalted = false

  /// - Precondition: the nodes form no cycle and `jobs` is at least 1.
  package init(_ nodes: [Node], jobs: Int, keepsGoing: Bool) {
    precondition(jobs >= 1)
    self.nodes = nodes
    self.jobs = jobs
    self.keepsGoing = keepsGoing
    states = Array(repeating: .waiting, count: nodes.count)
  }

  /// Everything that can be done now, in point order. Each action is returned once.
  package mutating func actions() -> [Action] {
    var actions: [Action] = []
    var atWork = states.count { $0 == .running }
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
      case .queued where !isHalted && atWork < jobs:
        states[index] = .running
        atWork += 1
        actions.append(.start(index))
      default:
        break
      }
    }
    return actions
  }

  /// Nothing is at work and nothing will be.
  package var isFinished: Bool {
    if states.contains(where: { $0 == .running || $0 == .resolving }) { return false }
    var probe = self
    return probe.actions().isEmpty
  }

  /// Whether the point runs although some of what it collects failed.
  package func isPartial(_ index: Int) -> Bool {
    nodes[index].collects.contains { states[$0] != .succeeded }
  }

  package func hasSucceeded(_ index: Int) -> Bool { states[index] == .succeeded }

  package mutating func needsWork(_ index: Int) {
    states[index] = .queued
  }

  /// The same work is being done for another point of this run: wait for it, then look again.
  package mutating func shares(_ index: Int, with other: Int) {
    nodes[index].needs.append(other)
    states[index] = .waiting
  }

  /// What the other point leaves behind is of use to this one: wait for its end, then look again. A
  /// point at work is left there.
  package mutating func follows(_ index: Int, _ other: Int) {
    guard states[index] == .resolving || states[index] == .queued else { return }
    nodes[index].follows.append(other)
    states[index] = .waiting
  }

  package func isQueued(_ index: Int) -> Bool { states[index] == .queued }

  package mutating func finished(_ index: Int, _ result: Result) {
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

  /// A point at work found the artifact of `upstream` damaged: that one is resolved again, and after
  /// it this point and those that were about to start on the same artifact.
  package mutating func demoted(_ upstream: Int, by index: Int) {
    states[index] = .waiting
    if states[upstream] == .succeeded { states[upstream] = .waiting }
    for other in nodes.indices where states[other] == .queued && !isReady(other) {
      states[other] = .waiting
    }
  }

  /// No new work from now on; what is at work may finish or stop.
  package mutating func halt() { isHalted = true }

  private func isReady(_ index: Int) -> Bool {
    nodes[index].needs.allSatisfy { states[$0] == .succeeded }
      && (nodes[index].collects + nodes[index].follows).allSatisfy { hasSettled($0) }
  }

  private func hasSettled(_ index: Int) -> Bool {
    switch states[index] {
    case .succeeded, .failed, .skipped: true
    case .waiting, .resolving, .queued, .running, .stopped: false
    }
  }

  /// A point whose failure makes this one impossible.
  private func obstacle(of index: Int) -> Int? {
    func hasFailed(_ other: Int) -> Bool { states[other] == .failed || states[other] == .skipped }
    let node = nodes[index]
    if let failed = node.needs.first(where: hasFailed) { return failed }
    guard let failed = node.collects.first(where: hasFailed) else { return nil }
    // Collecting what is left makes sense only when going on, and when something is left.
    return keepsGoing && !node.collects.allSatisfy(hasFailed) ? nil : failed
  }
}

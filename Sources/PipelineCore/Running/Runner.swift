import Fields
import Foundation

/// Runs a graph: performs the scheduler's actions and reports their outcomes back to it.
///
/// An executor does the work of points; everything else happens on the caller's thread. This file
/// has the loop and the actions, `Runner+Resolving` finds the work that a point needs, and
/// `Runner+Outcomes` draws the conclusions when it has ended.
package final class Runner {
  let graph: StageGraph
  let store: Store
  let options: RunOptions
  let executor: any StageExecutor
  let observer: any RunObserver
  let log: RunLog
  let started = ContinuousClock.now
  var scheduler: Scheduler
  var resolver: PointResolver
  /// In the order of the graph.
  var runs: [PointRun]
  /// The points that are queued or running, by key.
  var atWork: [String: Int] = [:]
  /// True once the running jobs were asked to stop.
  private var hasCancelled = false
  private var toldOfThreads: Set<String> = []
  private var hasLogFailed = false

  private static let tickInterval = 0.1

  /// Runs every point that is not in the store yet. Returns when all points are done, failed or
  /// stopped.
  /// - Parameter executor: does the work; nil for threads of this process.
  /// - Throws: `StoreError` if the store cannot be used at all; the failure of a stage is in the
  ///   summary.
  package static func run(
    _ graph: StageGraph, store: Store, options: RunOptions,
    executor: (any StageExecutor)? = nil, observer: any RunObserver = SilentObserver()
  ) throws -> RunSummary {
    let executor = executor ?? LocalExecutor(store: store, options: options)
    return try store.removingTemporary {
      try Runner(graph, store, options, executor, observer).run()
    }
  }

  private init(
    _ graph: StageGraph, _ store: Store, _ options: RunOptions, _ executor: any StageExecutor,
    _ observer: any RunObserver
  ) throws {
    self.graph = graph
    self.store = store
    self.options = options
    self.executor = executor
    self.observer = observer
    runs = Array(repeating: PointRun(), count: graph.points.count)
    try store.sweepTemporary()
    var resolver = PointResolver(
      graph: graph, store: store, fingerprint: options.fingerprint, isRunning: true)
    // A folder that cannot be read fails its point later, with the reason.
    let resolved = ResolvedGraph.encode(
      graph, description: options.description, fingerprint: options.fingerprint
    ) {
      (try? resolver.external($0, of: $1))?.digest
    }
    log = try store.withSharedLock {
      try RunLog(
        store: store, pipeline: options.pipeline, file: options.file, points: graph.points,
        resolved: try store.keepResolved(resolved), build: options.build,
        labels: options.labels)
    }
    scheduler = Scheduler(
      graph.points.map { $0.schedulerNode(threads: options.threads) }, jobs: options.jobs,
      cores: options.cores, keepsGoing: options.keepsGoing, memory: options.memory)
    self.resolver = resolver
  }

  private func run() throws -> RunSummary {
    try adopt(try plan())
    while true {
      if options.stop.isRequested { stop() }
      lookAtOtherProcesses()
      performActions()
      if scheduler.isFinished { break }
      // Writes the cache hits found so far, which would otherwise wait until something starts or
      // ends.
      note { try log.flush() }
      handle(executor.messages(waiting: Self.tickInterval))
      recordProgress()
      observer.tick()
    }
    return finish()
  }

  // MARK: - The beginning

  private func plan() throws -> Plan {
    // `gc` keeps the keys that the log names while the run is live.
    try store.withSharedLock {
      let plan = Planner.plan(&resolver)
      for (index, planned) in plan.points.enumerated() {
        guard let key = planned.key else { continue }
        note { try log.planned(index, key: key.hex) }
      }
      note { try log.flush() }
      return plan
    }
  }

  /// Takes over keys and amounts of work from the plan, and ends the points that are cache hits.
  private func adopt(_ plan: Plan) throws {
    observer.planned(plan)
    for (index, planned) in plan.points.enumerated() {
      runs[index].key = planned.key
      runs[index].work = planned.cost.work
      scheduler.takes(index, memory: planned.cost.memory?.most ?? 0)
      guard case .hit(let digest) = planned.state else { continue }
      succeeded(index, .hit, try store.artifact(digest), seconds: 0)
    }
    note { try log.flush() }
  }

  // MARK: - Actions

  /// Resolving one point may make another ready, so this repeats until nothing changes.
  private func performActions() {
    while true {
      let actions = scheduler.actions()
      if actions.isEmpty { return }
      for action in actions { perform(action) }
    }
  }

  private func perform(_ action: Scheduler.Action) {
    switch action {
    case .resolve(let index): resolve(index)
    case .start(let index, let threads): start(index, threads: threads)
    case .skip(let index, let culprit):
      ended(index, .skipped(because: graph.points[culprit].address))
    }
  }

  private func start(_ index: Int, threads: Int) {
    let point = graph.points[index]
    tellOfFewerThreads(point)
    if point.kind.runsPrograms, !options.allowsPrograms {
      return failed(index, "it runs a program, which needs --allow-exec", seconds: 0)
    }
    if let obstacle = executor.obstacle(to: point) { return failed(index, obstacle, seconds: 0) }
    do {
      let job = try StageJob(
        point, key: runs[index].key, threads: threads, resolver: &resolver,
        artifact: { runs[$0].artifact })
      try executor.start(job)
    } catch {
      failed(index, error.inWords, seconds: 0)
    }
  }

  private func tellOfFewerThreads(_ point: StagePoint) {
    guard let asked = point.wantedThreads, asked > options.cores,
      toldOfThreads.insert(point.stage).inserted
    else { return }
    observer.noticed(.fewerThreads(stage: point.stage, asked: asked, cores: options.cores))
  }

  /// Starts nothing more, and asks running jobs once to save and stop.
  private func stop() {
    scheduler.halt()
    guard !hasCancelled else { return }
    hasCancelled = true
    executor.cancel(graph.points.indices.filter(scheduler.isRunning))
  }

  /// Resumes points that waited for another process whose work has ended.
  private func lookAtOtherProcesses() {
    for index in runs.indices where runs[index].waitsForProcess {
      guard let key = runs[index].key else { continue }
      if options.stop.isRequested {
        runs[index].waitsForProcess = false
        scheduler.finished(index, .stopped)
        ended(index, .stopped(step: nil))
      } else if store.leaseHolder(key.hex) == nil {
        runs[index].waitsForProcess = false
        scheduler.otherProcessEnded(index)
      }
    }
  }

  // MARK: - The record

  private func recordProgress() {
    let running = runs.indices.filter { runs[$0].meter != nil }
    guard !running.isEmpty else { return }
    var marks: [Int: RunRecord.ProgressMark] = [:]
    for index in running { marks[index] = runs[index].meter.flatMap(RunRecord.ProgressMark.init) }
    note { try log.progressed(marks) }
  }

  private func finish() -> RunSummary {
    for index in runs.indices where runs[index].result == nil {
      // The point failed and was to be tried again, but the run ended first.
      let tries = runs[index].tries
      if tries.failures > 0, !options.stop.isRequested {
        ended(index, .failed(tries.lastFailure))
      } else {
        ended(index, .notStarted)
      }
    }
    let points = runs.compactMap(\.result)
    let outcome = RunOutcome(of: points.map(\.outcome))
    note { try log.ended(outcome) }
    note { try store.saveMemo() }
    let summary = RunSummary(
      id: log.id, outcome: outcome, points: points, seconds: secondsSinceStart)
    observer.ended(summary)
    return summary
  }

  var secondsSinceStart: Double { (ContinuousClock.now - started).inSeconds }

  /// Calls `write`, which records something for the user only. An error must not stop the work, so
  /// it is reported once.
  func note(_ write: () throws -> Void) {
    do {
      try write()
    } catch {
      if !hasLogFailed { observer.noticed(.notRecorded(problem: error.inWords)) }
      hasLogFailed = true
    }
  }
}

extension RunOutcome {
  /// The outcome of a run whose points ended so.
  fileprivate init(of outcomes: [PointOutcome]) {
    let hasFailed = outcomes.contains { if case .failed = $0 { true } else { false } }
    let isDone = outcomes.allSatisfy { $0.isSuccess && $0 != .partial }
    self = isDone ? .done : hasFailed ? .failed : .stopped
  }
}

extension StagePoint {
  /// Inputs of collecting roles may fail when the run keeps going after failures; all others must
  /// succeed.
  fileprivate func schedulerNode(threads: Int?) -> Scheduler.Node {
    let collecting = Set(kind.roles.filter(\.collects).map(\.name))
    var needs: Set<Int> = []
    var collects: Set<Int> = []
    for input in inputs {
      guard case .point(let index) = input.source else { continue }
      if collecting.contains(input.role) {
        collects.insert(index)
      } else {
        needs.insert(index)
      }
    }
    return Scheduler.Node(
      needs: needs.sorted(), collects: collects.sorted(), threads: wantedThreads ?? threads)
  }
}

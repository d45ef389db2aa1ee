import Fields
import Foundation

/// Runs a graph: performs the scheduler's actions and reports their outcomes back to it.
///
/// Stages run on their own threads with 8 MiB of stack, not on Swift's cooperative pool, whose few
/// threads must not be blocked. Everything else happens on the caller's thread.
package final class Runner {
  private let graph: StageGraph
  private let store: Store
  private let options: RunOptions
  private let observer: any RunObserver
  private let log: RunLog
  private let mailbox = RunnerInbox()
  private let started = ContinuousClock.now
  private var scheduler: Scheduler
  private var resolver: PointResolver
  private var results: [Int: PointResult] = [:]
  private var artifacts: [Int: StoredArtifact] = [:]
  private var keys: [Int: StageKey] = [:]
  /// The planned amount of work of each point, recorded so that later plans know its speed.
  private var work: [Int: WorkAmount] = [:]
  /// Points that are queued or running, by key.
  private var atWork: [String: Int] = [:]
  private var demotions: [Int: Int] = [:]
  /// The progress of running points.
  private var meters: [Int: RateMeter] = [:]
  private var orders: [Int: StageCancellation] = [:]
  private var memory = MemoryWatch()
  private var memoryMeasured = ContinuousClock.now
  /// The failures of points that are tried again.
  private var tries: [Int: Tries] = [:]
  private var toldOfThreads: Set<String> = []
  /// The points that wait for another process, and those for which the user was told so.
  private var elsewhere: Set<Int> = []
  private var toldOfWaiting: Set<Int> = []
  private var hasLogFailed = false

  private struct Tries {
    var failures = 0
    var lastFailure = ""
    var seconds = 0.0
  }

  private static let tickInterval = 0.1
  private static let stackSize = 8 << 20
  /// The number of times that one point may find its inputs damaged before it fails.
  private static let mostDemotions = 3

  /// Runs every point that is not in the store yet. Returns when all points are done, failed or
  /// stopped.
  /// - Throws: `StoreError` if the store cannot be used at all; the failure of a stage is in the
  ///   summary.
  package static func run(
    _ graph: StageGraph, store: Store, options: RunOptions,
    observer: any RunObserver = SilentObserver()
  ) throws -> RunSummary {
    try Runner(graph, store, options, observer).run()
  }

  private init(
    _ graph: StageGraph, _ store: Store, _ options: RunOptions, _ observer: any RunObserver
  ) throws {
    self.graph = graph
    self.store = store
    self.options = options
    self.observer = observer
    try store.sweepTemporary()
    var resolver = PointResolver(graph: graph, store: store, fingerprint: options.fingerprint)
    // A folder that cannot be read fails its point later, with the reason.
    let resolved = ResolvedGraph.encode(
      graph, description: options.description, fingerprint: options.fingerprint
    ) {
      (try? resolver.external($0, of: $1))?.digest
    }
    log = try store.withSharedLock {
      try RunLog(
        store: store, pipeline: options.pipeline, file: options.file, points: graph.points,
        resolved: try store.keepResolved(resolved), build: options.build)
    }
    scheduler = Scheduler(
      graph.points.map { $0.schedulerNode(threads: options.threads) }, jobs: options.jobs,
      cores: options.cores, keepsGoing: options.keepsGoing)
    self.resolver = resolver
  }

  private func run() throws -> RunSummary {
    // `gc` keeps the keys that the log names while the run is live.
    let plan = try store.withSharedLock {
      let plan = Planner.plan(&resolver)
      for (index, point) in plan.points.enumerated() {
        guard let key = point.key else { continue }
        note { try log.planned(index, key: key.hex) }
      }
      note { try log.flush() }
      return plan
    }
    observer.planned(plan)
    for (index, point) in plan.points.enumerated() {
      keys[index] = point.key
      work[index] = point.cost.work
      guard case .hit(let digest) = point.state else { continue }
      succeeded(index, .hit, try store.artifact(digest), seconds: 0)
    }
    note { try log.flush() }
    while true {
      if options.stop.isRequested { scheduler.halt() }
      lookElsewhere()
      // Resolving one point may make another ready, so this repeats until nothing changes.
      while true {
        let actions = scheduler.actions()
        if actions.isEmpty { break }
        for action in actions { perform(action) }
      }
      if scheduler.isFinished { break }
      // Writes the cache hits found so far, which would otherwise wait until something starts or
      // ends.
      note { try log.flush() }
      let news = mailbox.receive(waiting: Self.tickInterval)
      for (index, progress) in news.progress.sorted(by: { $0.key < $1.key }) {
        meters[index]?.add(progress, at: secondsSinceStart)
        observer.progressed(graph.points[index], progress)
      }
      for (index, message) in news.messages { handle(message, from: index) }
      watchMemory()
      if !meters.isEmpty {
        note { try log.progressed(meters.compactMapValues(RunRecord.ProgressMark.init)) }
      }
      observer.tick()
    }
    return finish()
  }

  // MARK: - Performing actions

  private func perform(_ action: Scheduler.Action) {
    switch action {
    case .resolve(let index): resolve(index)
    case .start(let index, let threads): start(index, threads: threads)
    case .skip(let index, let culprit):
      ended(index, .skipped(because: graph.points[culprit].address))
    }
  }

  private func resolve(_ index: Int) {
    let point = graph.points[index]
    do {
      let key = try resolver.key(of: point) { artifacts[$0]?.digest }
      // A result made from only some of its inputs is never looked up and never recorded.
      guard !scheduler.isPartial(index) else {
        keys[index] = nil
        return scheduler.needsWork(index)
      }
      keys[index] = key
      note {
        try log.planned(index, key: key.hex)
        try log.flush()
        // A collector that starts from now on reads that line; this waits for one that started
        // before.
        try store.withSharedLock {}
      }
      switch store.lookup(key.hex) {
      case .hit(let artifact):
        return succeeded(index, .hit, artifact, seconds: 0)
      case .damaged(_, let problems):
        let problem = problems.first.map { "\($0)" } ?? "its record cannot be read"
        observer.noticed(.demoted(address: point.address, problem: problem))
      case .none: break
      }
      if let other = atWork[key.hex], other != index {
        scheduler.shares(index, with: other)
      } else if let shorter = shorterWork(for: key) {
        scheduler.follows(index, shorter)
      } else {
        atWork[key.hex] = index
        scheduler.needsWork(index)
        holdLongerWork(than: key, of: index)
      }
    } catch {
      failed(index, error.inWords, seconds: 0)
    }
  }

  /// The queued or running point whose final state is the best start for the work under `key`.
  private func shorterWork(for key: StageKey) -> Int? {
    guard let prefix = key.prefix else { return nil }
    let candidates = atWork.values.sorted().compactMap { other in
      keys[other]?.prefix.map { (index: other, prefix: $0) }
    }
    guard candidates.contains(where: { $0.prefix.hex == prefix.hex }) else { return nil }
    let start = PrefixPlan.start(of: key, store: store).start ?? 0
    return PrefixPlan.base(for: prefix, from: start, among: candidates)?.index
  }

  /// Makes longer work that has not started wait for the final state of a shorter point just
  /// queued.
  private func holdLongerWork(than key: StageKey, of index: Int) {
    for other in atWork.values.sorted() where other != index && scheduler.isQueued(other) {
      guard let longer = keys[other], longer.prefix?.hex == key.prefix?.hex,
        shorterWork(for: longer) == index
      else { continue }
      atWork[longer.hex] = nil
      scheduler.follows(other, index)
    }
  }

  private func start(_ index: Int, threads: Int) {
    let point = graph.points[index]
    if let asked = point.wantedThreads, asked > options.cores,
      toldOfThreads.insert(point.stage).inserted
    {
      observer.noticed(
        .fewerThreads(stage: point.stage, asked: asked, cores: options.cores))
    }
    if point.kind.runsPrograms, !options.allowsPrograms {
      return failed(index, "it runs a program, which needs --allow-exec", seconds: 0)
    }
    let limit = point.limits.maxResidentSize?.bytes
    if limit != nil, options.residentMemory() == nil {
      return failed(
        index, "its max_rss cannot be watched: this system does not tell what a process holds",
        seconds: 0)
    }
    let inputs: [ResolvedInput]
    do {
      inputs = try point.inputs.compactMap { try input($0, of: point) }
    } catch {
      return failed(index, error.inWords, seconds: 0)
    }
    let mailbox = mailbox
    let orders = StageCancellation()
    self.orders[index] = orders
    memory.started(index, limit: limit)
    let work = StageWork(
      point: point, key: keys[index], inputs: inputs, absent: absentInputs(of: point),
      store: store, options: options, threads: threads, orders: orders,
      send: { mailbox.send($0, from: index) })
    let thread = Thread { work.run() }
    thread.name = point.address
    thread.stackSize = Self.stackSize
    thread.start()
  }

  /// Returns nil for an input that failed, which only a collecting role allows.
  private func input(_ input: PointInput, of point: StagePoint) throws -> ResolvedInput? {
    switch input.source {
    case .point(let source):
      guard let artifact = artifacts[source] else { return nil }
      return ResolvedInput(
        role: input.role, label: input.label, stage: graph.points[source].stage,
        point: input.point, source: source, artifact: artifact)
    case .checkpoint(let path):
      return ResolvedInput(
        role: input.role, label: input.label, stage: path, point: input.point, source: nil,
        artifact: try resolver.external(input, of: point))
    case .outside(let files):
      return ResolvedInput(
        role: input.role, label: input.label, stage: files.path, point: input.point, source: nil,
        artifact: try resolver.external(input, of: point))
    }
  }

  private func absentInputs(of point: StagePoint) -> [AbsentInput] {
    point.inputs.compactMap { input in
      guard case .point(let source) = input.source, artifacts[source] == nil else { return nil }
      return AbsentInput(
        role: input.role,
        input: MissingInput(
          label: input.label ?? input.role, address: graph.points[source].address,
          point: input.point))
    }
  }

  /// Checks, about ten times a second, if a stage must end because the process holds too much
  /// memory.
  private func watchMemory() {
    guard memory.isNeeded, ContinuousClock.now - memoryMeasured >= .seconds(Self.tickInterval),
      let held = options.residentMemory()
    else { return }
    memoryMeasured = .now
    guard let (index, limit) = memory.choose(holding: held) else { return }
    orders[index]?.fail(
      "the process holds \(NumberFormat.bytes(held)) of memory, more than its max_rss of "
        + NumberFormat.bytes(limit))
  }

  /// Resumes points that waited for another process whose work has ended.
  private func lookElsewhere() {
    for index in elsewhere.sorted() {
      guard let key = keys[index] else { continue }
      if options.stop.isRequested {
        elsewhere.remove(index)
        scheduler.finished(index, .stopped)
        ended(index, .stopped(step: nil))
      } else if store.leaseHolder(key.hex) == nil {
        elsewhere.remove(index)
        scheduler.returns(index)
      }
    }
  }

  // MARK: - Handling messages

  private func handle(_ message: WorkMessage, from index: Int) {
    let point = graph.points[index]
    switch message {
    case .began(let step):
      meters[index] = RateMeter()
      note { try log.started(index, key: keys[index]?.hex, resumedFrom: step) }
      observer.started(point, resumingAt: step)
    case .progressed: break
    case .noticed(let notice):
      observer.noticed(notice)
    case .ended(let result, let seconds):
      meters[index] = nil
      orders[index] = nil
      memory.ended(index)
      if let key = keys[index]?.hex, atWork[key] == index { atWork[key] = nil }
      switch result {
      case .reused(let artifact): succeeded(index, .hit, artifact, seconds: seconds)
      case .made(let artifact, let step):
        let outcome: PointOutcome =
          keys[index] == nil ? .partial : step.map { .resumed(step: $0) } ?? .ran
        succeeded(index, outcome, artifact, seconds: seconds)
      case .stopped(let step):
        scheduler.finished(index, .stopped)
        ended(index, .stopped(step: step), seconds: seconds)
      case .failed(let message):
        if !tryAgain(index, after: message, seconds: seconds) {
          failed(index, message, seconds: seconds)
        }
      case .damagedInputs(let sources): demote(sources, by: index)
      case .isDoneElsewhere(let holder): wait(index, for: holder)
      }
    }
  }

  /// Queues a point again after any failure of its work.
  /// - Returns: false if it has no retry left, or nothing new may start.
  private func tryAgain(_ index: Int, after message: String, seconds: Double) -> Bool {
    let point = graph.points[index]
    let failures = (tries[index]?.failures ?? 0) + 1
    guard failures <= point.limits.retries, !scheduler.isHalted, !options.stop.isRequested else {
      return false
    }
    let sentence = message.oneLine
    tries[index] = Tries(
      failures: failures, lastFailure: sentence,
      seconds: (tries[index]?.seconds ?? 0) + seconds)
    if let key = keys[index]?.hex { atWork[key] = index }
    scheduler.triesAgain(index)
    note { try log.retrying(index, after: sentence) }
    observer.retrying(point, after: sentence, retry: failures, of: point.limits.retries)
    return true
  }

  /// Leaves a point to another process until that process ends, and frees the point's threads.
  private func wait(_ index: Int, for holder: LeaseHolder?) {
    let key = keys[index]?.hex
    if let key { atWork[key] = index }
    elsewhere.insert(index)
    scheduler.isDoneElsewhere(index)
    note { try log.waiting(index, for: holder, key: key) }
    if toldOfWaiting.insert(index).inserted {
      observer.noticed(.waiting(address: graph.points[index].address, holder: holder))
    }
  }

  /// Schedules points whose artifacts are damaged to be recomputed, and `index` after them.
  private func demote(_ sources: [Int], by index: Int) {
    demotions[index, default: 0] += 1
    guard demotions[index, default: 0] <= Self.mostDemotions else {
      return failed(index, "its inputs were damaged again after being recomputed", seconds: 0)
    }
    for source in sources {
      if let artifact = artifacts.removeValue(forKey: source) {
        let problem = artifact.problems().first
        do {
          try artifact.discardDamage()
        } catch {
          return failed(index, error.inWords, seconds: 0)
        }
        observer.noticed(
          .demoted(
            address: graph.points[source].address,
            problem: problem.map { "\($0)" } ?? "a file of \(artifact.digest) is damaged"))
      }
      scheduler.demoted(source, by: index)
    }
  }

  private func succeeded(
    _ index: Int, _ outcome: PointOutcome, _ artifact: StoredArtifact, seconds: Double
  ) {
    artifacts[index] = artifact
    scheduler.finished(index, .succeeded)
    ended(index, outcome, artifact: artifact.digest, seconds: seconds)
  }

  private func failed(_ index: Int, _ message: String, seconds: Double) {
    if let key = keys[index]?.hex, atWork[key] == index { atWork[key] = nil }
    scheduler.finished(index, .failed)
    ended(index, .failed(message.oneLine), seconds: seconds)
  }

  private func ended(
    _ index: Int, _ outcome: PointOutcome, artifact: String? = nil, seconds: Double = 0
  ) {
    let point = graph.points[index]
    let key = keys[index]?.hex
    let seconds = seconds + (tries.removeValue(forKey: index)?.seconds ?? 0)
    results[index] = PointResult(
      index: index, address: point.address, outcome: outcome, key: key, artifact: artifact,
      seconds: seconds)
    note {
      try log.finished(
        index, outcome, key: key, artifact: artifact, seconds: seconds,
        work: outcome == .ran ? work[index] : nil)
    }
    observer.finished(point, outcome, seconds: seconds)
  }

  private func finish() -> RunSummary {
    for index in graph.points.indices where results[index] == nil {
      // The point failed and was to be tried again, but the run ended first.
      if let failure = tries[index]?.lastFailure, !options.stop.isRequested {
        ended(index, .failed(failure))
      } else {
        ended(index, .notStarted)
      }
    }
    let points = graph.points.indices.compactMap { results[$0] }
    let outcomes = points.map(\.outcome)
    let hasFailed = outcomes.contains { if case .failed = $0 { true } else { false } }
    let isDone = outcomes.allSatisfy { $0.isSuccess && $0 != .partial }
    let outcome: RunOutcome = isDone ? .done : hasFailed ? .failed : .stopped
    note { try log.ended(outcome) }
    note { try store.saveMemo() }
    let summary = RunSummary(
      id: log.id, outcome: outcome, points: points, seconds: secondsSinceStart)
    observer.ended(summary)
    return summary
  }

  private var secondsSinceStart: Double { (ContinuousClock.now - started).inSeconds }

  /// Calls `write`, which records something for the user only. An error must not stop the work, so
  /// it is reported once.
  private func note(_ write: () throws -> Void) {
    do {
      try write()
    } catch {
      if !hasLogFailed { observer.noticed(.notRecorded(problem: error.inWords)) }
      hasLogFailed = true
    }
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

extension String {
  /// The text on one line and safe to print, whatever an error contained.
  fileprivate var oneLine: String {
    split(whereSeparator: \.isNewline).joined(separator: " ").shown
  }
}

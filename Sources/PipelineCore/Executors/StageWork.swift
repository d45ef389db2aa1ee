import Foundation

/// The work of one job from lease to record, on the caller's thread: each executor runs it in the
/// process it chose.
package struct StageWork: Sendable {
  let job: StageJob
  let store: Store
  let options: RunOptions
  let cancellation: StageCancellation
  let send: @Sendable (WorkMessage) -> Void

  private var point: StagePoint { job.point }

  /// - Parameter send: receives the job's messages, on the thread that runs it.
  package init(
    _ job: StageJob, store: Store, options: RunOptions, cancellation: StageCancellation,
    send: @escaping @Sendable (WorkMessage) -> Void
  ) {
    self.job = job
    self.store = store
    self.options = options
    self.cancellation = cancellation
    self.send = send
  }

  package func run() {
    var clock = WorkClock()
    let result: WorkResult
    do {
      result = try job.key.map { try perform($0, &clock) } ?? performUncached(&clock)
    } catch {
      result = .failed(error.inWords)
    }
    send(.ended(result, seconds: clock.seconds))
  }

  private func perform(_ key: StageKey, _ clock: inout WorkClock) throws -> WorkResult {
    switch try store.takeLease(key.hex, holder: LeaseHolder(address: point.address)) {
    case .granted(let lease):
      if let dead = lease.predecessor {
        send(.noticed(.tookOver(address: point.address, from: dead)))
      }
      let result: WorkResult
      do {
        result = try performHoldingLease(key, &clock)
      } catch {
        result = .failed(error.inWords)
      }
      lease.release()
      return result
    case .held(let holder): return .runsInOtherProcess(holder)
    }
  }

  private func performHoldingLease(
    _ key: StageKey, _ clock: inout WorkClock
  ) throws -> WorkResult {
    switch store.lookup(key.hex) {
    case .hit(let artifact): return .reused(artifact)
    case .none: break
    case .damaged(let artifact, _):
      // Damaged blobs are removed so that new ones take their place; undamaged blobs stay.
      if let artifact, let stored = try? store.artifact(artifact) { try stored.discardDamage() }
    }
    let result = try execute(from: try start(of: key), &clock) { try publish($0, under: key) }
    if case .made = result {
      if point.kind.showsLog, point.kind.logFile == nil {
        keep { try store.keepLog(key.hex) }
      }
      try store.removeCheckpoints(key.hex)
    }
    return result
  }

  /// Keeps a log, which is only for users, so that an error must not stop the work.
  private func keep(_ write: () throws -> Void) {
    do {
      try write()
    } catch {
      send(.noticed(.notRecorded(problem: error.inWords)))
    }
  }

  /// Records the artifact as the key's result.
  /// - Returns: the artifact that is now the key's result: the first one made.
  private func publish(_ artifact: StoredArtifact, under key: StageKey) throws -> StoredArtifact {
    let record = StoreRecord(
      key: key, kind: point.kind.name, kindVersion: point.kind.version, artifact: artifact.digest)
    guard case .differs(let first) = try store.publish(record) else { return artifact }
    send(
      .noticed(
        .differs(address: point.address, key: key.hex, first: first, second: artifact.digest)))
    return try store.artifact(first)
  }

  /// The start of the work: its own checkpoint, or the state of shorter work if that is further.
  private func start(of key: StageKey) throws -> (any CheckpointReader)? {
    let (checkpoint, torn) = try store.latestCheckpoint(key.hex)
    var problems = torn
    var start: (any CheckpointReader)? = checkpoint
    if let prefix = key.prefix {
      // `gc` does not remove a state that was just touched.
      try store.withSharedLock {
        let (state, damage) = store.keptState(prefix.hex, upTo: prefix.steps, rehashes: true)
        problems += damage
        if let state, state.step > checkpoint?.step ?? 0 {
          store.touchState(prefix.hex, step: state.step)
          start = state
        }
      }
    }
    for problem in problems {
      send(.noticed(.tornCheckpoint(address: point.address, problem: "\(problem)")))
    }
    return start
  }

  private func performUncached(_ clock: inout WorkClock) throws -> WorkResult {
    try execute(from: nil, &clock) { $0 }
  }

  /// Runs the kind, then commits and publishes its output, if it finished and its inputs were
  /// undamaged.
  private func execute(
    from checkpoint: (any CheckpointReader)?, _ clock: inout WorkClock,
    publish: (StoredArtifact) throws -> StoredArtifact
  ) throws -> WorkResult {
    send(.began(resumingAt: checkpoint?.step))
    clock.start()
    defer { clock.stop() }
    let scratch = try store.makeScratch()
    let stage = RunningStage(self, checkpoint: checkpoint, output: scratch)
    defer { stage.finishLog() }
    do {
      try point.kind.run(stage)
      let damaged = stage.damage.all
      guard damaged.isEmpty else {
        scratch.discard()
        return .damagedInputs(damaged)
      }
      let artifact = try store.withSharedLock {
        try publish(try store.commit(scratch, type: point.kind.output(of: point.config)))
      }
      if let key = job.key, let log = stage.keptLog { keep { try store.keepLog(key.hex, log) } }
      return .made(artifact, resumedFrom: checkpoint?.step)
    } catch {
      scratch.discard()
      let damaged = stage.damage.all
      if !damaged.isEmpty { return .damagedInputs(damaged) }
      if error is StageStopped { return .stopped(step: stage.savedStep) }
      guard let step = stage.savedStep else { throw error }
      throw StageFailure(
        "\(error.inWords); the checkpoint of step \(step) is kept, to go on from there")
    }
  }
}

/// Measures the time spent on the work.
struct WorkClock {
  private var began: ContinuousClock.Instant?
  private(set) var seconds = 0.0

  mutating func start() { began = .now }

  mutating func stop() {
    guard let began else { return }
    seconds += (ContinuousClock.now - began).inSeconds
    self.began = nil
  }
}

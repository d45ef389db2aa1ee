import Fields
import Foundation
import Synchronization

/// One input of a point, with its artifact.
struct ResolvedInput: Sendable {
  let role: String
  let label: String?
  /// The stage's name, or the folder's path.
  let stage: String
  let point: [AxisValue]
  /// The point that made the artifact; nil for a folder from outside the store.
  let source: Int?
  let artifact: any ArtifactReader
}

/// One input of a collecting role that failed.
struct AbsentInput: Sendable {
  let role: String
  let input: MissingInput
}

/// The points whose artifacts turned out to be damaged while a stage read them.
final class DamageLog: Sendable {
  private let sources = Mutex<Set<Int>>([])

  func note(_ source: Int) { sources.withLock { _ = $0.insert(source) } }
  var all: [Int] { sources.withLock { $0.sorted() } }
}

/// An input that records if it was found damaged, even if the stage ignores the error.
private struct WatchedArtifact: ArtifactReader {
  let artifact: any ArtifactReader
  let source: Int
  let damage: DamageLog

  var type: ArtifactType { artifact.type }
  var digest: String { artifact.digest }
  var files: [String] { artifact.files }

  func read(_ path: String) throws -> Data {
    do {
      return try artifact.read(path)
    } catch let error as StoreError where error.isDamage {
      damage.note(source)
      throw error
    }
  }
}

/// The implementation of `StageContext` for a running stage. Used by the stage's thread.
final class RunningStage: StageContext {
  let config: FieldValue
  let seed: UInt64
  let numerics: Numerics
  let threads: Int
  let output: any FolderWriter
  let damage: DamageLog
  private let inputs: [ResolvedInput]
  private let absent: [AbsentInput]
  private let point: StagePoint
  private let fingerprint: @Sendable (Numerics) -> String
  /// Nil for work that is not cached.
  private let key: StageKey?
  private let store: Store
  private let checkpoint: (any CheckpointReader)?
  private let cadence: CheckpointCadence
  private let stop: StopSignal
  private let atStep: @Sendable (String, Int) -> Void
  private let timeout: TimeSpan?
  private let orders: StageCancellation
  private let report: (StageProgress) -> Void
  /// Nil for work that is not cached.
  private let log: LiveLog?
  private let begin = ContinuousClock.now
  private let notice: (Notice) -> Void
  private var lastSave = ContinuousClock.now
  private var saveTime = Duration.zero
  /// The step of the last checkpoint, saved or resumed from.
  private(set) var savedStep: Int?

  init(
    point: StagePoint, key: StageKey?, inputs: [ResolvedInput], absent: [AbsentInput], store: Store,
    checkpoint: (any CheckpointReader)?, output: any FolderWriter, options: RunOptions,
    threads: Int, orders: StageCancellation, report: @escaping (StageProgress) -> Void,
    notice: @escaping (Notice) -> Void
  ) {
    self.point = point
    fingerprint = options.fingerprint
    self.notice = notice
    config = point.config
    seed = point.seed
    numerics = point.numerics
    self.threads = threads
    self.output = output
    let damage = DamageLog()
    self.damage = damage
    self.inputs = inputs.map { input in
      guard let source = input.source else { return input }
      return ResolvedInput(
        role: input.role, label: input.label, stage: input.stage, point: input.point,
        source: source,
        artifact: WatchedArtifact(artifact: input.artifact, source: source, damage: damage))
    }
    self.absent = absent
    self.key = key
    self.store = store
    self.checkpoint = checkpoint
    cadence = options.checkpoints
    stop = options.stop
    atStep = options.atStep
    timeout = point.limits.timeout
    self.orders = orders
    self.report = report
    log = key.map { LiveLog(store: store, key: $0.hex) }
    savedStep = checkpoint?.step
  }

  func input(_ role: String) -> any ArtifactReader {
    guard let artifact = optionalInput(role) else {
      preconditionFailure("the role '\(role)' was not given")
    }
    return artifact
  }

  var limits: StageLimits { point.limits }

  var programs: [String] {
    precondition(point.kind.namesPrograms, "what is not in the key decides no result")
    return point.programs
  }

  var inputRoles: [String] {
    point.inputs.reduce(into: []) { roles, input in
      if !roles.contains(input.role) { roles.append(input.role) }
    }
  }

  func optionalInput(_ role: String) -> (any ArtifactReader)? {
    inputs.first { $0.role == role && $0.label == nil }?.artifact
  }

  func collected(_ role: String) -> [CollectedInput] {
    inputs.compactMap { input in
      guard input.role == role, let label = input.label else { return nil }
      return CollectedInput(
        label: label, stage: input.stage, point: input.point, artifact: input.artifact)
    }
  }

  func missing(_ role: String) -> [MissingInput] {
    absent.filter { $0.role == role }.map(\.input)
  }

  func latestCheckpoint() throws -> (any CheckpointReader)? { checkpoint }

  func show(progress: StageProgress) { report(progress) }

  func show(log whole: Data) { log?.show(whole) }

  /// Writes the rest of the log. An error is reported and must not stop the work.
  func finishLog() {
    log?.flush()
    if let problem = log?.problem { notice(.notRecorded(problem: problem)) }
  }

  var isAskedToEnd: Bool { stop.isRequested || reasonToFail != nil }

  /// The sentence with which to fail if a limit of the stage is exceeded.
  private var reasonToFail: String? {
    if let timeout, ContinuousClock.now - begin >= timeout.duration {
      return "its timeout of \(NumberFormat.duration(seconds: timeout.seconds)) is over"
    }
    return orders.reasonToFail
  }

  func endStep(_ progress: StageProgress, save: (any FolderWriter) throws -> Void) throws {
    report(progress)
    atStep(point.stage, progress.step)
    let stops = stop.isRequested
    let reason = stops ? nil : reasonToFail
    if let key, stops || reason != nil || isDue(progress.step) {
      let start = ContinuousClock.now
      try store.saveCheckpoint(key.hex, step: progress.step, save)
      lastSave = ContinuousClock.now
      saveTime = lastSave - start
      savedStep = progress.step
    }
    if stops { throw StageStopped() }
    if let reason { throw StageFailure(reason) }
  }

  func leaveIfAsked() throws {
    if stop.isRequested { throw StageStopped() }
    if let reason = reasonToFail { throw StageFailure(reason) }
  }

  func makeFolder() throws -> ScratchFolder {
    try ScratchFolder(
      path: store.temporaryPath(), files: store.files, modes: .work, owner: store)
  }

  func tell(_ sentence: String) { notice(.told(address: point.address, sentence)) }

  func cells(from roles: [String], _ settings: FieldValue) throws -> CellCache {
    let space = CellSpace(
      point: point, fingerprint: fingerprint(numerics),
      inputs: Dictionary(uniqueKeysWithValues: roles.map { ($0, input($0).digest) }),
      settings: settings, salt: try store.salt())
    return CellCache(store, space) { [address = point.address, notice] in
      notice(.cells(address: address, $0))
    }
  }

  func keepState(_ save: (any FolderWriter) throws -> Void) throws {
    guard let key, key.prefix?.keepsState == true else { return }
    try store.keepState(key, save)
  }

  /// Clamps a user's number, because `Duration` cannot be infinite, huge or not a number.
  private static func duration(_ seconds: Double) -> Duration {
    let century = 3e9
    return .seconds(seconds > 0 ? min(seconds, century) : 0)
  }

  private func isDue(_ step: Int) -> Bool {
    switch cadence {
    case .seconds(let seconds):
      ContinuousClock.now - lastSave >= max(Self.duration(seconds), saveTime * 20)
    case .steps(let steps):
      step % max(1, steps) == 0
    }
  }
}

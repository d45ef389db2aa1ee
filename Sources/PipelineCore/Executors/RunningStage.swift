import Fields
import Foundation
import Synchronization

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
  func reference(to path: String) -> FileReference? { artifact.reference(to: path) }

  func read(_ path: String) throws -> Data {
    do {
      return try artifact.read(path)
    } catch let error as StoreError where error.isDamage {
      damage.note(source)
      throw error
    }
  }
}

extension ResolvedInput {
  /// The input with reads that note damage to what another point made.
  fileprivate func watched(by damage: DamageLog) -> ResolvedInput {
    guard let source else { return self }
    var input = self
    input.artifact = WatchedArtifact(artifact: artifact, source: source, damage: damage)
    return input
  }
}

/// The implementation of `StageContext` for a running stage. Used by the stage's thread.
final class RunningStage: StageContext {
  let output: any FolderWriter
  let damage = DamageLog()
  private let work: StageWork
  private let inputs: [ResolvedInput]
  private let checkpoint: (any CheckpointReader)?
  /// Nil for work that is not cached.
  private let log: LiveLog?
  private let begin = ContinuousClock.now
  private var lastSave = ContinuousClock.now
  private var saveTime = Duration.zero
  /// The step of the last checkpoint, saved or resumed from.
  private(set) var savedStep: Int?
  /// The lines to keep beside the result; nil for none.
  private(set) var keptLog: Data?

  private var store: Store { work.store }
  private var point: StagePoint { work.job.point }
  private var key: StageKey? { work.job.key }

  init(_ work: StageWork, checkpoint: (any CheckpointReader)?, output: any FolderWriter) {
    self.work = work
    self.checkpoint = checkpoint
    self.output = output
    inputs = work.job.inputs.map { [damage] in $0.watched(by: damage) }
    log = work.job.key.map { LiveLog(store: work.store, key: $0.hex) }
    savedStep = checkpoint?.step
  }

  var config: FieldValue { point.config }
  var seed: UInt64 { point.seed }
  var numerics: Numerics { point.numerics }
  var threads: Int { work.job.threads }
  var limits: StageLimits { point.limits }

  var programs: [String] {
    precondition(point.kind.namesPrograms, "what is not in the key decides no result")
    return point.programs
  }

  var inputRoles: [String] { point.inputRoles }

  func optionalInput(_ role: String) -> (any ArtifactReader)? { inputs.plain(role) }

  func collected(_ role: String) -> [CollectedInput] { inputs.collected(role) }

  func missing(_ role: String) -> [MissingInput] {
    work.job.missing.filter { $0.role == role }.map(\.input)
  }

  func latestCheckpoint() throws -> (any CheckpointReader)? { checkpoint }

  func show(progress: StageProgress) { work.send(.progressed(progress)) }

  func show(log whole: Data) { log?.show(whole) }

  func keep(log: Data) { keptLog = log }

  /// Writes the rest of the log. An error is reported and must not stop the work.
  func finishLog() {
    log?.flush()
    if let problem = log?.problem { work.send(.noticed(.notRecorded(problem: problem))) }
  }

  var isAskedToEnd: Bool { isAskedToStop || reasonToFail != nil }

  private var isAskedToStop: Bool {
    work.options.stop.isRequested || work.cancellation.isStopRequested
  }

  /// The sentence with which to fail if a limit of the stage is exceeded.
  private var reasonToFail: String? {
    if let timeout = limits.timeout, ContinuousClock.now - begin >= timeout.duration {
      return "its timeout of \(NumberFormat.duration(seconds: timeout.seconds)) is over"
    }
    return work.cancellation.reasonToFail
  }

  func endStep(_ progress: StageProgress, save: (any FolderWriter) throws -> Void) throws {
    work.send(.progressed(progress))
    work.options.atStep(point.stage, progress.step)
    let stops = isAskedToStop
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
    if isAskedToStop { throw StageStopped() }
    if let reason = reasonToFail { throw StageFailure(reason) }
  }

  func makeFolder() throws -> ScratchFolder {
    try ScratchFolder(
      path: store.temporaryPath(), files: store.files, modes: .work, owner: store)
  }

  func tell(_ sentence: String) { work.send(.noticed(.told(address: point.address, sentence))) }

  func cells(from roles: [String], _ settings: FieldValue) throws -> CellCache {
    let space = CellSpace(
      point: point, fingerprint: work.options.fingerprint(numerics),
      inputs: Dictionary(uniqueKeysWithValues: roles.map { ($0, input($0).digest) }),
      settings: settings, salt: try store.salt())
    return CellCache(store, space) { [address = point.address, send = work.send] in
      send(.noticed(.cells(address: address, $0)))
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
    switch work.options.checkpoints {
    case .seconds(let seconds):
      ContinuousClock.now - lastSave >= max(Self.duration(seconds), saveTime * 20)
    case .steps(let steps):
      step % max(1, steps) == 0
    }
  }
}

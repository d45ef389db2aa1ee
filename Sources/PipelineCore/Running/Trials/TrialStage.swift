import Fields
import Foundation

/// The implementation of `StageContext` for a stage that is tried: everything it writes stays in
/// memory, and work in steps ends after a few of them. Used by the stage's thread.
final class TrialStage: StageContext {
  let config: FieldValue
  let threads: Int
  let folder = MemoryFolder()
  private(set) var log = Data()
  private(set) var sentences: [String] = []
  private(set) var examples: [StageExample] = []
  private let job: StageJob
  private let fingerprint: String
  private let salt: String?
  /// The number of steps after which work in steps ends; nil if it is done as a whole.
  private let steps: Int?

  private var point: StagePoint { job.point }

  /// - Parameter steps: at least 1.
  init(_ job: StageJob, config: FieldValue, fingerprint: String, salt: String?, steps: Int?) {
    self.job = job
    self.config = config
    self.fingerprint = fingerprint
    self.salt = salt
    self.steps = steps
    threads = job.threads
  }

  var seed: UInt64 { point.seed }
  var numerics: Numerics { point.numerics }
  var limits: StageLimits { point.limits }
  var output: any FolderWriter { folder }
  var programs: [String] { point.programs }
  var inputRoles: [String] { point.inputRoles }

  func optionalInput(_ role: String) -> (any ArtifactReader)? { job.inputs.plain(role) }
  func collected(_ role: String) -> [CollectedInput] { job.inputs.collected(role) }
  func missing(_ role: String) -> [MissingInput] { [] }
  func latestCheckpoint() throws -> (any CheckpointReader)? { nil }
  func show(progress: StageProgress) {}
  func show(log whole: Data) { log = whole }
  func show(examples make: () -> [StageExample]) { examples += make() }
  func keep(log: Data) {}
  func tell(_ sentence: String) { sentences.append(sentence) }
  var isAskedToEnd: Bool { false }
  func leaveIfAsked() throws {}

  func makeFolder() throws -> ScratchFolder {
    throw StageFailure("a trial has no folder to work in")
  }

  func endStep(_ progress: StageProgress, save: (any FolderWriter) throws -> Void) throws {
    guard let steps else { return }
    // The last step ends the trial too, so that no model is written.
    if progress.step >= min(steps, progress.total) { throw StageStopped() }
  }

  func cells(from roles: [String], _ settings: FieldValue) throws -> CellCache {
    CellCache(
      nil,
      CellSpace(
        point: point, fingerprint: fingerprint,
        inputs: Dictionary(uniqueKeysWithValues: roles.map { ($0, input($0).digest) }),
        settings: settings, salt: salt)
    ) { _ in }
  }

  func keepState(_ save: (any FolderWriter) throws -> Void) throws {}
}

package import Fields
package import Foundation

/// One setting of a swept axis: the full path of the field (`rl.reward.length_penalty.alpha`, or
/// `seed`) and its value at this point.
package struct AxisValue: Sendable, Hashable {
  package let path: String
  /// The value that the field takes.
  package let value: FieldValue
  /// The name that the sweep gives the value; nil for none.
  package let name: String?

  package init(path: String, value: FieldValue, name: String? = nil) {
    self.path = path
    self.value = value
    self.name = name
  }

  /// The value as addresses, tables and claims show it: its name, if it has one.
  package var shown: FieldValue { name.map { .string($0) } ?? value }

  /// The last component of the path, as addresses show it: `alpha`.
  package var label: String { path.split(separator: ".").last.map(String.init) ?? path }
}

/// The files of a finished artifact, read-only. Reading verifies the digest.
package protocol ArtifactReader: Sendable {
  var type: ArtifactType { get }
  var digest: String { get }
  /// Relative paths, sorted.
  var files: [String] { get }
  /// - Throws: `StoreError` if the file is missing or its bytes do not match its digest.
  func read(_ path: String) throws -> Data
  /// The file as another artifact can contain it without a copy; nil if there is no such file.
  func reference(to path: String) -> FileReference?
}

extension ArtifactReader {
  package func reference(to path: String) -> FileReference? { nil }
}

/// One input of a collecting role.
package struct CollectedInput: Sendable {
  package let label: String
  /// The stage's name in the pipeline.
  package let stage: String
  /// The settings of the axes that reach the stage, in the pipeline's axis order; empty if unswept.
  package let point: [AxisValue]
  package let artifact: any ArtifactReader

  package init(label: String, stage: String, point: [AxisValue], artifact: any ArtifactReader) {
    self.label = label
    self.stage = stage
    self.point = point
    self.artifact = artifact
  }
}

/// A missing input of a collecting role: its point failed, or waited for one that failed.
package struct MissingInput: Sendable, Hashable {
  package let label: String
  package let address: String
  /// The settings of the axes that reach the stage, in the pipeline's axis order.
  package let point: [AxisValue]

  package init(label: String, address: String, point: [AxisValue]) {
    self.label = label
    self.address = address
    self.point = point
  }
}

/// A folder into which a stage writes its output or a checkpoint. Paths are relative and stay
/// inside.
package protocol FolderWriter {
  func write(_ data: Data, to path: String) throws

  /// Writes a file of the bytes that `contents` hands to `write`, piece after piece, so that a
  /// large file is never in memory as a whole.
  func write(
    to path: String, _ contents: (_ write: (Data) throws -> Void) throws -> Void
  ) throws

  /// Contains a file of another artifact without copying it.
  func refer(to file: FileReference, as path: String) throws
}

/// Receives the bytes of a file in order, at most 1 MiB at a time, with the size of the file.
package typealias FilePieces = (_ piece: Data, _ fileSize: Int) throws -> Void

/// The saved state of unfinished work, read-only.
package protocol CheckpointReader: Sendable {
  var step: Int { get }
  func read(_ path: String) throws -> Data

  /// Reads a large file without holding all of it.
  /// - Throws: `StoreError` if the file is missing or, after the last piece, if its bytes do not
  ///   match its digest; the errors of `body`.
  func read(_ path: String, inPieces body: FilePieces) throws
}

/// The progress of a stage, for the user.
package struct StageProgress: Sendable {
  package var step: Int
  package var total: Int
  /// The unit of a step: "steps", "responses".
  package var noun: String
  /// The latest metrics to show, in display order: `("loss", "0.412")`.
  package var metrics: [(name: String, value: String)]
  /// The tokens processed so far, if the kind counts them; the display turns it into a rate.
  package var tokens: Int?

  package init(
    step: Int, total: Int, noun: String = "steps", metrics: [(name: String, value: String)] = [],
    tokens: Int? = nil
  ) {
    self.step = step
    self.total = total
    self.noun = noun
    self.metrics = metrics
    self.tokens = tokens
  }
}

/// Thrown by a stage that was asked to stop and has saved its state.
package struct StageStopped: Error {
  package init() {}
}

/// A failure of a stage that the user can act on: one sentence, no stack trace.
package struct StageFailure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// The interface between a running stage and the engine. A stage knows neither the YAML file nor
/// the store.
package protocol StageContext: AnyObject {
  /// The stage's validated fields, with defaults filled in.
  var config: FieldValue { get }
  /// The point's seed; 0 for kinds that do not use one.
  var seed: UInt64 { get }
  var numerics: Numerics { get }
  /// The number of threads the stage may use.
  var threads: Int { get }

  /// The stage's limits on time and memory. The engine enforces them for its own process.
  var limits: StageLimits { get }

  /// The roles that have an input, in file order.
  var inputRoles: [String] { get }
  /// The artifact of a plain role.
  /// - Precondition: the role is required, or was given.
  func input(_ role: String) -> any ArtifactReader
  func optionalInput(_ role: String) -> (any ArtifactReader)?
  /// All inputs of a collecting role: labels in file order, points in axis order.
  func collected(_ role: String) -> [CollectedInput]
  /// The inputs of a collecting role that failed under `--keep-going`; empty in a run without
  /// failures. A stage with missing inputs is not cached.
  func missing(_ role: String) -> [MissingInput]

  /// The upstream stages, direct and indirect, whose work is done by a program of the pipeline:
  /// sorted, without duplicates. Only for kinds with `namesPrograms`; `ProgramNote` turns it into a
  /// sentence.
  var programs: [String] { get }

  /// The folder for the artifact's files, which is committed when `run` returns.
  var output: any FolderWriter { get }

  /// The latest complete checkpoint of exactly this work, or the final state of shorter work with
  /// the same settings, whichever is further. Nil if there is neither.
  func latestCheckpoint() throws -> (any CheckpointReader)?

  /// Shows progress within a step that takes long. Saves nothing and never throws.
  func show(progress: StageProgress)

  /// Shows the stage's whole log; readers in any terminal soon see the lines added since the last
  /// call. A stage that resumes passes the log from its checkpoint, so that no line is lost or
  /// repeated. Call it before `endStep`; at the end the same bytes are written to the kind's
  /// `logFile`.
  func show(log: Data)

  /// Shows examples of the work to a user who tries the stage (`laconic try`). In a run it does
  /// nothing, and does not make them.
  func show(examples make: () -> [StageExample])

  /// Keeps lines for people beside the result (`Store.keptLog`) once it is published. They are not
  /// part of the artifact, so that no result depends on them, and may be missing later.
  func keep(log: Data)

  /// True if the stage should save at the end of this step and leave. A step that waits for
  /// something, such as another program, can check this to stop waiting.
  var isAskedToEnd: Bool { get }

  /// Throws what `endStep` would throw if the stage is asked to end, without saving: for work
  /// without a state.
  func leaveIfAsked() throws

  /// Makes an empty folder in the store, private to the owner, for work that needs paths. The
  /// caller discards it.
  func makeFolder() throws -> ScratchFolder

  /// Shows the user a message that is not a failure.
  func tell(_ sentence: String)

  /// Ends a step; call it once after every step. It reports progress. It saves through `save` if
  /// the cadence says so or a stop was requested, and after a requested stop it throws
  /// `StageStopped`.
  /// - Throws: `StageStopped`; `StageFailure` if a limit of the stage is exceeded; `StoreError` if
  ///   the checkpoint cannot be written.
  func endStep(_ progress: StageProgress, save: (any FolderWriter) throws -> Void) throws

  /// The cells of a space of this kind: parts of the stage's work that are kept after it.
  /// - Parameters:
  ///   - roles: the plain roles whose artifacts decide the values.
  ///   - settings: everything else that decides the values, besides the kind, its version and the
  ///     numerics.
  /// - Throws: `StoreError` if the store cannot be read.
  func cells(from roles: [String], _ settings: FieldValue) throws -> CellCache

  /// Keeps the final state that `save` writes, the same as `endStep` would have saved, so that
  /// longer work can start from it. Call it at the end of work whose kind has a training length.
  /// Does nothing if longer work could not use the state, or if the fields say so.
  func keepState(_ save: (any FolderWriter) throws -> Void) throws
}

extension StageContext {
  package func input(_ role: String) -> any ArtifactReader {
    guard let artifact = optionalInput(role) else {
      preconditionFailure("the role '\(role)' was not given")
    }
    return artifact
  }

  package func show(examples make: () -> [StageExample]) {}
}

package import Fields
package import Foundation

/// One setting of a swept axis: the field's full path (`rl.reward.length_penalty.alpha`, or `seed`)
/// and its value at this point.
package struct AxisValue: Sendable, Hashable {
  package let path: String
  package let value: FieldValue

  package init(path: String, value: FieldValue) {
    self.path = path
    self.value = value
  }

  /// The last component of the path, as addresses show it: `alpha`.
  package var label: String { path.split(separator: ".").last.map(String.init) ?? path }
}

/// The files of a finished artifact, read-only. Reading verifies the digest.
package protocol ArtifactReader: Sendable {
  var type: ArtifactType { get }
  var digest: String { get }
  /// Relative paths, sorted.
  var files: [String] { get }
  /// - Throws: `StoreError` when the file is missing or its bytes do not match its digest.
  func read(_ path: String) throws -> Data
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

/// A point of a collecting role that should be there and failed, or waited for one that failed.
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

/// A folder a stage writes its output or a checkpoint into. Paths are relative and stay inside.
package protocol FolderWriter {
  func write(_ data: Data, to path: String) throws
}

/// A saved half-way state, read-only.
package protocol CheckpointReader: Sendable {
  var step: Int { get }
  func read(_ path: String) throws -> Data
}

/// How far a stage is, for people.
package struct StageProgress: Sendable {
  package var step: Int
  package var total: Int
  /// What a step is: "steps", "responses".
  package var noun: String
  /// The latest figures worth a glance, in display order: `("loss", "0.412")`.
  package var metrics: [(name: String, value: String)]
  /// Tokens processed so far, when the kind counts them; the display turns it into a rate.
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

/// A failure of a stage that a person can act on: one sentence, no stack trace.
package struct StageFailure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Everything a running stage may see and touch. It knows neither the YAML file nor the store.
package protocol StageContext: AnyObject {
  /// The stage's validated fields, defaults filled.
  var config: FieldValue { get }
  /// The point's seed; 0 for kinds that use none.
  var seed: UInt64 { get }
  var numerics: Numerics { get }
  /// How many threads the stage may use.
  var threads: Int { get }

  /// What the stage may take of the machine. The engine watches over it, for its own process.
  var limits: StageLimits { get }

  /// The roles that something is given for, in file order.
  var inputRoles: [String] { get }
  /// The artifact given for a plain role. - Precondition: the role is required, or was given.
  func input(_ role: String) -> any ArtifactReader
  func optionalInput(_ role: String) -> (any ArtifactReader)?
  /// Every point given for a collecting role: labels in file order, points in axis order.
  func collected(_ role: String) -> [CollectedInput]
  /// The points of a collecting role that failed under `--keep-going`; empty in a run without
  /// failures. A stage that has any is not cached.
  func missing(_ role: String) -> [MissingInput]

  /// The stages before this one, however far, whose work a program of the pipeline's own does:
  /// sorted, each once. Only for kinds that say `namesPrograms`; `ProgramNote` makes it a sentence.
  var programs: [String] { get }

  /// Where the artifact's files are written; committed when `run` returns.
  var output: any FolderWriter { get }

  /// The latest good checkpoint of exactly this work, or the state in which shorter work of the
  /// same settings ended; whichever is further. Nil if there is neither.
  func latestCheckpoint() throws -> (any CheckpointReader)?

  /// Shows how far the stage is in the middle of a step that takes long. Saves nothing and never
  /// throws.
  func show(progress: StageProgress)

  /// Shows the stage's log, given whole: what is new in it since the last call can soon be read from
  /// any terminal. A stage that resumes gives the log it brings along, so that no line is lost or
  /// told twice. Call before `endStep`; the same bytes belong into the kind's `logFile` at the end.
  func show(log: Data)

  /// Whether the stage is to save at the end of this step and leave. A step that waits for something
  /// else, such as another program, may look here and cut the wait short.
  var isAskedToEnd: Bool { get }

  /// Throws what `endStep` would when the stage is asked to end, and saves nothing: for work that has
  /// no state of its own.
  func leaveIfAsked() throws

  /// An empty folder under the store, the owner's alone, for work that needs paths. Who asks for it
  /// discards it.
  func makeFolder() throws -> ScratchFolder

  /// Tells people something that is no failure.
  func tell(_ sentence: String)

  /// Call once after every step. Reports progress; saves through `save` when the cadence says so or
  /// a stop was asked for, and in the latter case throws `StageStopped`.
  /// - Throws: `StageStopped`, `StageFailure` when a limit of the stage is passed, `StoreError` when
  ///   the checkpoint cannot be written.
  func endStep(_ progress: StageProgress, save: (any FolderWriter) throws -> Void) throws

  /// The cells of a space of this kind: work finer than the stage that outlives it.
  /// - Parameters:
  ///   - roles: the plain roles whose artifacts decide the values.
  ///   - settings: all else that decides them, beside the kind, its version and the numerics.
  /// - Throws: `StoreError` when the store cannot be read.
  func cells(from roles: [String], _ settings: FieldValue) throws -> CellBook

  /// Call at the end of work whose kind has a horizon: keeps the state that `save` writes, which is
  /// what `endStep` would have saved, for longer work to start from. Does nothing where longer work
  /// could not, or where the fields say not to.
  func keepState(_ save: (any FolderWriter) throws -> Void) throws
}

extension StageContext {
  package var programs: [String] { [] }
  package func show(log: Data) {}
  package func show(progress: StageProgress) {}
  package var isAskedToEnd: Bool { false }
}

package import Fields

/// The implementation of a sort of stage. To add a kind, add one conforming file and one line in
/// the registry.
package protocol StageKind: Sendable {
  /// The word written after `kind:`.
  var name: String { get }
  var meaning: String { get }
  /// Raise this when the bytes of the kind's output change for the same key.
  var version: Int { get }
  var roles: [Role] { get }
  /// The role of an input with any other name, if the user may choose names; nil if `roles` is
  /// complete.
  var otherRole: Role? { get }
  var output: ArtifactType { get }
  /// The output type of a stage with these fields, for kinds that can make several types.
  func output(of config: FieldValue) -> ArtifactType
  /// The fields of a server that may be given for a role that accepts `server`; nil if none may.
  var server: ServerForm? { get }
  /// The capabilities of the artifact of a stage with these fields; nil for all that its type can
  /// have.
  func provides(_ config: FieldValue) -> Set<Capability>?
  /// The capabilities that the inputs of a stage with these fields must have, by role. A pipeline
  /// is refused if an input lacks one.
  func requires(_ config: FieldValue) -> [String: Set<Capability>]
  /// The versions above 1 of the parts that the fields choose, by `SORT.NAME`: a verifier whose
  /// rules changed is `verifier.math`: 2. They are part of the key of the stage, and of those that
  /// take its artifact in a plain role.
  func revisions(of config: FieldValue) -> [String: Int]
  var fields: GroupDescriptor { get }
  /// The published recipes that can fill in the fields of a stage of this kind.
  var presets: [Preset] { get }
  /// True if the pipeline's seed changes the result. The seed axis then splits the stage.
  var usesSeed: Bool { get }
  /// The same for a stage with these fields, for kinds in which the user decides.
  func usesSeed(_ config: FieldValue) -> Bool
  /// True if the kind starts a program that the pipeline's author chose; this needs the user's
  /// consent.
  var runsPrograms: Bool { get }
  /// True if the artifact names the upstream stages whose work is done by a program
  /// (`StageContext.programs`). Their names are then part of the key.
  var namesPrograms: Bool { get }
  /// True if the kind computes with tensors. `numerics` is then part of the key.
  var usesNumerics: Bool { get }

  /// Mistakes that involve several fields, or a field and an input. `config` has passed validation
  /// against `fields`; `inputs` holds the inputs by role, with an absent configuration for inputs
  /// that are from outside or invalid; `numerics` is the pipeline's, nil if it is invalid.
  func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue]

  /// The upper estimate of the cost, before anything runs. `inputs` contain their own cost.
  func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost

  /// The estimate of the memory that a stage takes while it runs, before anything runs; nil if the
  /// model or the problems are unknown, and for a kind that takes next to nothing. `inputs` contain
  /// their cost.
  func memory(
    of config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory?

  /// Remarks that a user should read when planning a stage with these fields and inputs, one
  /// sentence each.
  func remarks(on config: FieldValue, inputs: [PointInput]) -> [String]

  /// The artifact's file that holds the stage's log, one event per line, which `laconic logs`
  /// shows; nil for a kind without a log. While the stage runs, `StageContext.show` appends to it.
  var logFile: String? { get }

  /// True if the stage shows a log while it runs. If the artifact has no log file, the store keeps
  /// the last part of the log beside the result.
  var showsLog: Bool { get }

  /// The columns of its log that `laconic logs` shows unless others are chosen, as names or
  /// patterns; they fit in 80 characters. Nil for a log that is shown line by line.
  var logColumns: [String]? { get }

  /// The length of work that is a number of steps, where the number decides only when to stop; nil
  /// for work that is done as a whole.
  func trainingLength(of config: FieldValue) -> TrainingLength?

  /// The files that fields name without folder and extension; they become inputs in plain roles.
  func namedFiles(in config: FieldValue) -> [NamedFile]

  /// The paths that fields hold, relative to the file that they are written in. They become
  /// absolute, and their files inputs in plain roles.
  func namedPaths(in config: FieldValue) -> [NamedPath]

  /// Reads external files before anything runs.
  func findings(in files: [ExternalInput.Opened], for config: FieldValue) -> FileFindings

  /// The problem with a folder from outside given for a role, as far as it can be seen without
  /// opening large files; nil if there is none. The folder has passed the `FolderCheck` of its
  /// type. Only asked where the fields are valid one by one.
  /// - Parameter base: the folder that this one is read with, if there is one.
  func problem(
    ofFolder path: String, base: String?, name: String, role: String, config: FieldValue
  ) -> String?

  /// The number of items that upstream stages must provide; nil if any number is enough.
  func demand(of config: FieldValue) -> InputDemand?

  /// Does the work. When asked to stop, saves a checkpoint and throws `StageStopped`.
  func run(_ context: any StageContext) throws
}

extension StageKind {
  package var otherRole: Role? { nil }
  package func output(of config: FieldValue) -> ArtifactType { output }
  package func provides(_ config: FieldValue) -> Set<Capability>? { nil }
  package func requires(_ config: FieldValue) -> [String: Set<Capability>] { [:] }
  package func revisions(of config: FieldValue) -> [String: Int] { [:] }
  package var presets: [Preset] { [] }
  package var runsPrograms: Bool { false }
  package var namesPrograms: Bool { false }
  package var showsLog: Bool { logFile != nil }
  package var logColumns: [String]? { nil }
  package func usesSeed(_ config: FieldValue) -> Bool { usesSeed }
  package func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost {
    StageCost()
  }
  package func memory(
    of config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    nil
  }
  package func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    []
  }
  package func remarks(on config: FieldValue, inputs: [PointInput]) -> [String] { [] }
  package var logFile: String? { nil }
  package func trainingLength(of config: FieldValue) -> TrainingLength? { nil }
  package var server: ServerForm? { nil }
  package func namedFiles(in config: FieldValue) -> [NamedFile] { [] }
  package func namedPaths(in config: FieldValue) -> [NamedPath] { [] }
  package func findings(in files: [ExternalInput.Opened], for config: FieldValue) -> FileFindings {
    FileFindings()
  }
  package func problem(
    ofFolder path: String, base: String?, name: String, role: String, config: FieldValue
  ) -> String? {
    nil
  }
  package func demand(of config: FieldValue) -> InputDemand? { nil }
}

extension StageKind {
  /// The role with a name; nil when there is none.
  package func role(named name: String) -> Role? {
    roles.first { $0.name == name }
      ?? otherRole.map { other in
        Role(
          name, accepts: other.accepts, required: other.isRequired, collects: other.collects,
          other.meaning)
      }
  }
}

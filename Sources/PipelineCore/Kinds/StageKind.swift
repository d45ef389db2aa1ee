package import Fields

/// The type of artifact that a stage makes: `problems`, `model`, `responses`, `table`.
package struct ArtifactType: RawRepresentable, Sendable, Hashable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ name: String) { rawValue = name }
}

/// A name under which a stage takes an input.
package struct Role: Sendable, Hashable {
  package let name: String
  package let meaning: String
  package let accepts: [ArtifactType]
  package let isRequired: Bool
  /// A collecting role takes a map of labels to stages and receives every point of each.
  package let collects: Bool

  package init(
    _ name: String, accepts: [ArtifactType], required: Bool = true, collects: Bool = false,
    _ meaning: String
  ) {
    self.name = name
    self.meaning = meaning
    self.accepts = accepts
    self.isRequired = required
    self.collects = collects
  }
}

/// An input of a stage as cross-stage rules see it: another stage, or something from outside.
package struct UpstreamStage: Sendable {
  package let stage: String
  package let kind: String
  package let config: FieldValue
  /// The type of its artifact; nil when its kind is unknown.
  package let output: ArtifactType?
  /// Its label in a collecting role.
  package let label: String?
  /// The labels of its own collecting roles, in file order.
  package let labels: [String: [String]]
  /// The paths of the axes that split the stage, in the pipeline's axis order.
  package let axes: [String]
  /// The values of each of these axes, in file order; only filled when rules are checked.
  package let axisValues: [String: [FieldValue]]
  /// The path of a model folder from outside; nil for all else.
  package let folder: String?
  /// The files from outside; nil otherwise.
  package let files: OutsideFiles?
  /// The stage's own cost; only filled when costs are computed.
  package let cost: StageCost

  package init(
    stage: String, kind: String, config: FieldValue, output: ArtifactType? = nil,
    label: String? = nil, labels: [String: [String]] = [:], axes: [String] = [],
    axisValues: [String: [FieldValue]] = [:], folder: String? = nil, files: OutsideFiles? = nil,
    cost: StageCost = StageCost()
  ) {
    self.stage = stage
    self.kind = kind
    self.config = config
    self.output = output
    self.label = label
    self.labels = labels
    self.axes = axes
    self.axisValues = axisValues
    self.folder = folder
    self.files = files
    self.cost = cost
  }

  /// A model folder from outside; nothing about it is known before it is read.
  /// - Parameter path: nil when rules are checked, which must not depend on the folder's content.
  package static func checkpoint(label: String?, path: String? = nil) -> UpstreamStage {
    UpstreamStage(
      stage: "checkpoint", kind: "checkpoint", config: .absent, output: ArtifactType("model"),
      label: label, folder: path)
  }

  package static func outside(_ files: OutsideFiles, label: String?) -> UpstreamStage {
    UpstreamStage(
      stage: files.type.rawValue, kind: files.type.rawValue, config: .absent, output: files.type,
      label: label, files: files)
  }
}

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

  /// Remarks that a user should read when planning a stage with these fields, one sentence each.
  func remarks(on config: FieldValue) -> [String]

  /// The artifact's file that holds the stage's log, one event per line, which `laconic logs`
  /// shows; nil for a kind without a log. While the stage runs, `StageContext.show` appends to it.
  var logFile: String? { get }

  /// True if the stage shows a log while it runs. If the artifact has no log file, the store keeps
  /// the last part of the log beside the result.
  var showsLog: Bool { get }

  /// The horizon of work that is a number of steps, where the number decides only when to stop; nil
  /// for work that is done as a whole.
  func trainingLength(of config: FieldValue) -> TrainingLength?

  /// The files that fields name without folder and extension; they become inputs in plain roles.
  func namedFiles(in config: FieldValue) -> [NamedFile]

  /// Mistakes in outside inputs, found before anything runs.
  func mistakes(in files: [OutsideInput], for config: FieldValue) -> [Diagnostic]

  /// The problem with a model folder from outside given for a role, as far as it can be seen
  /// without reading weights; nil if there is none. `config` may itself be invalid.
  func problem(
    ofModelFolder path: String, name: String, role: String, config: FieldValue
  ) -> String?
  /// The number of usable lines in each of these files, by label, for stages that need a minimum.
  func counts(in files: [OutsideInput], for config: FieldValue) -> [String: Int]

  /// The number of items that upstream stages must provide; nil if any number is enough.
  func demand(of config: FieldValue) -> InputDemand?

  /// Does the work. When asked to stop, saves a checkpoint and throws `StageStopped`.
  func run(_ context: any StageContext) throws
}

extension StageKind {
  package var otherRole: Role? { nil }
  package func output(of config: FieldValue) -> ArtifactType { output }
  package var presets: [Preset] { [] }
  package var runsPrograms: Bool { false }
  package var namesPrograms: Bool { false }
  package var showsLog: Bool { logFile != nil }
  package func usesSeed(_ config: FieldValue) -> Bool { usesSeed }
  package func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost {
    StageCost()
  }
  package func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    []
  }
  package func remarks(on config: FieldValue) -> [String] { [] }
  package var logFile: String? { nil }
  package func trainingLength(of config: FieldValue) -> TrainingLength? { nil }
  package func namedFiles(in config: FieldValue) -> [NamedFile] { [] }
  package func mistakes(in files: [OutsideInput], for config: FieldValue) -> [Diagnostic] { [] }
  package func problem(
    ofModelFolder path: String, name: String, role: String, config: FieldValue
  ) -> String? {
    nil
  }
  package func counts(in files: [OutsideInput], for config: FieldValue) -> [String: Int] { [:] }
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

/// The number of items a stage needs from one part of an input.
package struct InputDemand: Sendable, Hashable {
  package let role: String
  /// The label of a file that the input is made from.
  package let label: String
  package let count: Int
  /// The field that sets the number.
  package let field: String

  package init(role: String, label: String, count: Int, field: String) {
    self.role = role
    self.label = label
    self.count = count
    self.field = field
  }
}

/// The stage kinds of this build, in the order the schema lists them.
package struct StageKinds: Sendable {
  package let all: [any StageKind]
  package init(_ all: [any StageKind]) { self.all = all }

  package subscript(name: String) -> (any StageKind)? { all.first { $0.name == name } }
}

/// The way products and sums are computed. It is semantic: the bits of every model depend on it.
package enum Numerics: String, FieldChoice, Hashable {
  case exact, blas, bf16

  package var meaning: String {
    switch self {
    case .exact: "own fp32 kernels: the same bits on any processor, thread count and batch split"
    case .blas: "OpenBLAS for large products: bits depend on library, core type and batch split"
    case .bf16:
      "own kernels on operands rounded to bf16, sums and weights in fp32: the same bits "
        + "on any processor, thread count and batch split"
    }
  }

  /// The number of threads a stage must use because it decides the bits and is part of the key; nil
  /// if the number of threads does not matter.
  package var fixedThreads: Int? { self == .blas ? 1 : nil }
}

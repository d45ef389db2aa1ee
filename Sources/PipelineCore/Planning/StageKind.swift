package import Fields

/// The sort of thing a stage makes: `problems`, `model`, `responses`, `table`.
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

/// What feeds a stage, as cross-stage rules see it: another stage, or something from outside.
package struct UpstreamStage: Sendable {
  package let stage: String
  package let kind: String
  package let config: FieldValue
  /// What it makes or is; nil when its kind is unknown.
  package let output: ArtifactType?
  /// The label it is given under in a collecting role.
  package let label: String?
  /// The labels of its own collecting roles, in file order.
  package let labels: [String: [String]]
  /// The paths of the axes that split the stage, in the pipeline's axis order.
  package let axes: [String]
  /// The values that each of these axes takes, in file order; known where rules are checked.
  package let axisValues: [String: [FieldValue]]
  /// The folder from outside that this stands for; nil for a stage.
  package let folder: String?
  /// The files from outside that this stands for.
  package let files: OutsideFiles?
  /// What the stage itself would cost; known when costs are asked for, empty in checks.
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

  /// A model folder from outside, of which nothing is known before it is read.
  /// - Parameter path: nil where rules are checked, which must not depend on what is in it.
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

/// What a stage does. A new kind is one file that conforms, and one line in the registry.
package protocol StageKind: Sendable {
  /// The word written after `kind:`.
  var name: String { get }
  var meaning: String { get }
  /// Raise when the bytes of the kind's output change for the same key.
  var version: Int { get }
  var roles: [Role] { get }
  /// What an input of any other name is, where the user chooses the names; nil where `roles` are all.
  var otherRole: Role? { get }
  var output: ArtifactType { get }
  /// What a stage with these fields makes: for a kind that can make several sorts of things.
  func output(of config: FieldValue) -> ArtifactType
  var fields: GroupDescriptor { get }
  /// The published recipes that a stage of this kind may take its fields from.
  var presets: [Preset] { get }
  /// Whether the pipeline's seed changes the result, and so splits the stage by the seed axis.
  var usesSeed: Bool { get }
  /// The same for a stage with these fields: for a kind whose user decides.
  func usesSeed(_ config: FieldValue) -> Bool
  /// Whether the kind starts a program of somebody's choice, which nobody does unasked.
  var runsPrograms: Bool { get }
  /// Whether the artifact names the stages before it whose work a program does
  /// (`StageContext.programs`), so that these names are in its key.
  var namesPrograms: Bool { get }
  /// Whether the kind computes with tensors, so that `numerics` is in its key.
  var usesNumerics: Bool { get }

  /// Mistakes that several fields, or a field and an input, make together. `config` has passed
  /// `fields`; `inputs` holds what is given per role, with an absent configuration where that is
  /// from outside or itself mistaken; `numerics` is the pipeline's, nil where that is mistaken.
  func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue]

  /// What the work would cost at worst, before anything runs. `inputs` know their own cost.
  func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost

  /// What somebody who plans such a stage should know beforehand, a sentence each.
  func remarks(on config: FieldValue) -> [String]

  /// The file of the artifact that holds the stage's log, a line an event, which `laconic logs`
  /// shows; nil for a kind that keeps none. While the stage runs, it grows by `StageContext.show`.
  var logFile: String? { get }

  /// Whether the stage shows a log while it works. Where no file of the artifact holds it, the store
  /// keeps its last part beside the result.
  var showsLog: Bool { get }

  /// How long the work goes on, if that is a number of steps and stopping sooner or later is all it
  /// decides; nil for work that is done as a whole.
  func horizon(of config: FieldValue) -> Horizon?

  /// The files that fields name in short, taken as inputs of plain roles.
  func namedFiles(in config: FieldValue) -> [NamedFile]

  /// Mistakes in what a stage reads from outside, looked for before anything runs.
  func mistakes(in files: [OutsideInput], for config: FieldValue) -> [Diagnostic]

  /// What is wrong with a model folder from outside that is given for a role, as far as can be told at
  /// once; nil when nothing is. `config` may itself be mistaken.
  func problem(
    ofModelFolder path: String, name: String, role: String, config: FieldValue
  ) -> String?
  /// How many lines each of these files has that count, by label: for those who need so many.
  func counts(in files: [OutsideInput], for config: FieldValue) -> [String: Int]

  /// What the stages before this one must have made so many of; nil for nothing.
  func demand(of config: FieldValue) -> InputDemand?

  /// Does the work. Throws `StageStopped` after saving when asked to stop.
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
  package func horizon(of config: FieldValue) -> Horizon? { nil }
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
  /// The role of a name; nil when there is none.
  package func role(named name: String) -> Role? {
    roles.first { $0.name == name }
      ?? otherRole.map { other in
        Role(
          name, accepts: other.accepts, required: other.isRequired, collects: other.collects,
          other.meaning)
      }
  }
}

/// What a stage needs so many of, from one part of what it is given.
package struct InputDemand: Sendable, Hashable {
  package let role: String
  /// The label of a file that the input is made from.
  package let label: String
  package let count: Int
  /// The field that asks for so many.
  package let field: String

  package init(role: String, label: String, count: Int, field: String) {
    self.role = role
    self.label = label
    self.count = count
    self.field = field
  }
}

/// The stage kinds a build knows, in the order the schema lists them.
package struct StageKinds: Sendable {
  package let all: [any StageKind]
  package init(_ all: [any StageKind]) { self.all = all }

  package subscript(name: String) -> (any StageKind)? { all.first { $0.name == name } }
}

/// How products and sums are computed. Semantic: the bits of every model depend on it.
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

  /// The threads that a stage computes with whatever else it is given, where they decide bits and so
  /// are in its key; nil where they do not.
  package var fixedThreads: Int? { self == .blas ? 1 : nil }
}

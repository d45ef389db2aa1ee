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

/// What feeds a stage, as cross-stage rules see it: another stage, or a folder from outside.
package struct UpstreamStage: Sendable {
  package let stage: String
  package let kind: String
  package let config: FieldValue
  /// The paths of the axes that split the stage, in the pipeline's axis order.
  package let axes: [String]
  /// The folder from outside that this stands for; nil for a stage.
  package let folder: String?
  /// What the stage itself would cost; known when costs are asked for, empty in checks.
  package let cost: StageCost

  package init(
    stage: String, kind: String, config: FieldValue, axes: [String] = [], folder: String? = nil,
    cost: StageCost = StageCost()
  ) {
    self.stage = stage
    self.kind = kind
    self.config = config
    self.axes = axes
    self.folder = folder
    self.cost = cost
  }

  /// A model folder from outside, of which nothing is known before it is read.
  package static let checkpoint = UpstreamStage(
    stage: "checkpoint", kind: "checkpoint", config: .absent)
}

/// What a stage does. A new kind is one file that conforms, and one line in the registry.
package protocol StageKind: Sendable {
  /// The word written after `kind:`.
  var name: String { get }
  var meaning: String { get }
  /// Raise when the bytes of the kind's output change for the same key.
  var version: Int { get }
  var roles: [Role] { get }
  var output: ArtifactType { get }
  var fields: GroupDescriptor { get }
  /// The published recipes that a stage of this kind may take its fields from.
  var presets: [Preset] { get }
  /// Whether the pipeline's seed changes the result, and so splits the stage by the seed axis.
  var usesSeed: Bool { get }
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

  /// The file of the artifact that holds the stage's log, a line an event, which `laconic logs`
  /// shows; nil for a kind that keeps none. While the stage runs, it grows by `StageContext.show`.
  var logFile: String? { get }

  /// How long the work goes on, if that is a number of steps and stopping sooner or later is all it
  /// decides; nil for work that is done as a whole.
  func horizon(of config: FieldValue) -> Horizon?

  /// Does the work. Throws `StageStopped` after saving when asked to stop.
  func run(_ context: any StageContext) throws
}

extension StageKind {
  package var presets: [Preset] { [] }
  package func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost {
    StageCost()
  }
  package func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    []
  }
  package var logFile: String? { nil }
  package func horizon(of config: FieldValue) -> Horizon? { nil }
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

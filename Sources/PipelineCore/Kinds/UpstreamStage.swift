package import Fields

/// An input of a stage as cross-stage rules see it: another stage, or something from outside.
package struct UpstreamStage: Sendable {
  package let stage: String
  /// Nil for something from outside, and for a stage that is invalid.
  package let kind: (any StageKind)?
  package let config: FieldValue
  /// The type of its artifact; nil when its kind is unknown.
  package let output: ArtifactType?
  /// The capabilities of its artifact; nil for all that its type can have.
  package let provides: Set<Capability>?
  /// Its label in a collecting role.
  package let label: String?
  /// The labels of its own collecting roles, in file order.
  package let labels: [String: [String]]
  /// The paths of the axes that split the stage, in the pipeline's axis order.
  package let axes: [String]
  /// The values of each of these axes, or their names, in file order; only filled when rules are
  /// checked.
  package let axisValues: [String: [FieldValue]]
  /// The input from outside; nil for a stage.
  package let external: ExternalInput?
  /// Its own inputs from outside, by label; only filled when costs are computed.
  package let externals: [(label: String, input: ExternalInput)]
  /// The stage's own cost; only filled when costs are computed.
  package let cost: StageCost

  package init(
    stage: String, kind: (any StageKind)?, config: FieldValue, output: ArtifactType? = nil,
    provides: Set<Capability>? = nil, label: String? = nil, labels: [String: [String]] = [:],
    axes: [String] = [], axisValues: [String: [FieldValue]] = [:], external: ExternalInput? = nil,
    externals: [(label: String, input: ExternalInput)] = [],
    cost: StageCost = StageCost()
  ) {
    self.stage = stage
    self.kind = kind
    self.config = config
    self.output = output
    self.provides = provides
    self.label = label
    self.labels = labels
    self.axes = axes
    self.axisValues = axisValues
    self.external = external
    self.externals = externals
    self.cost = cost
  }

  /// An input from outside, of which nothing is known before it is read. Rules must not depend on
  /// its content.
  package static func external(_ input: ExternalInput, label: String?) -> UpstreamStage {
    UpstreamStage(
      stage: input.form, kind: nil, config: .absent, output: input.type,
      // A server answers, and no more than that.
      provides: input.type == .server ? [] : nil, label: label, external: input)
  }
}

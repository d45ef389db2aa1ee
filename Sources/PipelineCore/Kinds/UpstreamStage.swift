package import Fields

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

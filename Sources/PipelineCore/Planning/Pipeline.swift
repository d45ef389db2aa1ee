package import Fields

/// A validated pipeline: every default filled, every reference resolved, no cycle, no trace of
/// YAML.
package struct Pipeline: Sendable {
  package let name: String
  package let description: String
  package let numerics: Numerics
  package let seeds: [UInt64]
  /// The sweep's axes in file order; last the seed, when there is more than one.
  package let axes: [Axis]
  /// In file order.
  package let stages: [StageDeclaration]

  /// - Precondition: inputs name declared stages and do not form a cycle; every axis has a value.
  package init(
    name: String, description: String = "", numerics: Numerics = .exact, seeds: [UInt64] = [0],
    axes: [Axis] = [], stages: [StageDeclaration]
  ) {
    self.name = name
    self.description = description
    self.numerics = numerics
    self.seeds = seeds
    self.axes = axes
    self.stages = stages
  }
}

/// Where an input comes from.
package enum InputSource: Sendable, Hashable {
  case stage(String)
  /// A model folder from outside, by its absolute path.
  case checkpoint(path: String)
  case outside(OutsideFiles)
}

package struct StageInput: Sendable, Hashable {
  package let role: String
  /// The label given in a collecting role; nil in a plain one.
  package let label: String?
  package let source: InputSource

  package init(role: String, label: String? = nil, source: InputSource) {
    self.role = role
    self.label = label
    self.source = source
  }
}

/// A stage as the pipeline declares it, before the sweep splits it into points.
package struct StageDeclaration: Sendable {
  package let name: String
  package let kind: any StageKind
  /// Validated against the kind's fields; swept fields hold their axis's first value.
  package let config: FieldValue
  /// In file order.
  package let inputs: [StageInput]
  package let limits: StageLimits
  /// How many of the pipeline's seeds it is for, from the first; nil for all.
  package let numSeeds: Int?

  package init(
    name: String, kind: any StageKind, config: FieldValue, inputs: [StageInput],
    limits: StageLimits = StageLimits(), numSeeds: Int? = nil
  ) {
    self.name = name
    self.kind = kind
    self.config = config
    self.inputs = inputs
    self.limits = limits
    self.numSeeds = numSeeds
  }
}

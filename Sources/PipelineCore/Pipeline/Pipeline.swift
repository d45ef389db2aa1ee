package import Fields

/// A validated pipeline, independent of YAML: defaults are filled in, references are resolved, and
/// there is no cycle.
package struct Pipeline: Sendable {
  package let name: String
  package let description: String
  package let numerics: Numerics
  package let seeds: [UInt64]
  /// The sweep's axes in file order; the seed axis is last, if there is more than one seed.
  package let axes: [Axis]
  /// The stages, in file order.
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

/// The source of an input.
package enum InputSource: Sendable, Hashable {
  case stage(String)
  case external(ExternalInput)
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
  /// The configuration, validated against the kind's fields; a swept field holds its axis's first
  /// value.
  package let config: FieldValue
  /// The inputs, in file order.
  package let inputs: [StageInput]
  package let limits: StageLimits
  /// The stage runs for this many of the pipeline's seeds, from the first; nil means all.
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

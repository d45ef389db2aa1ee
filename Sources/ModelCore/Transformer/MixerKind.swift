import Algorithms
package import Fields

/// A kind of token mixer, with the name that `layers` of a configuration uses.
package struct MixerKind: Sendable {
  package typealias Issues = @Sendable (ModelConfiguration, _ isUsed: Bool) -> [FieldIssue]

  package let name: String
  /// One line of description for the schema.
  package let meaning: String
  /// The name in `layer_types` of a Hugging Face configuration; nil for kinds that it does not
  /// know.
  package let layerType: String?
  /// The fields of `ModelConfiguration` that belong to this kind. Two kinds may share fields.
  package let fields: @Sendable () -> [MixerField]
  /// Returns what does not fit together in a configuration. `isUsed` is true if `layers` names this
  /// kind.
  package let issues: Issues
  package let make: @Sendable (MixerSite, inout ParameterBuilder) throws -> any Mixer

  package init(
    name: String, meaning: String, layerType: String? = nil,
    fields: @escaping @Sendable () -> [MixerField] = { [] },
    issues: @escaping Issues = { _, _ in [] },
    make: @escaping @Sendable (MixerSite, inout ParameterBuilder) throws -> any Mixer
  ) {
    self.name = name
    self.meaning = meaning
    self.layerType = layerType
    self.fields = fields
    self.issues = issues
    self.make = make
  }

  /// All kinds. The first one is the default for layers without a plan.
  package static let standard: [MixerKind] = [
    CausalAttention.full,
    CausalAttention.sliding,
    MinGRU.kind,
  ]

  /// The fields of all kinds, each once.
  static var standardFields: [MixerField] {
    standard.flatMap { $0.fields() }.uniqued(on: \.name)
  }
}

/// The place in a model for which a mixer is made.
package struct MixerSite: Sendable {
  package let configuration: ModelConfiguration
  /// The prefix of the names of the layer's parameters, such as `model.layers.3.`.
  package let prefix: String
  /// A factor for the initial weights of a mixer's last layer, which writes to the residual stream.
  package let outputScale: Double
  /// The model's rotary frequencies.
  let rotation: ModelRotation

  init(_ configuration: ModelConfiguration, layer: Int, rotation: ModelRotation) {
    self.configuration = configuration
    self.rotation = rotation
    prefix = "model.layers.\(layer)."
    outputScale = 1 / Double(2 * configuration.layerCount).squareRoot()
  }
}

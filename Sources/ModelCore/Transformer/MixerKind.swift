/// A kind of token mixer, with the name that `layers` of a configuration uses.
package struct MixerKind: Sendable {
  package let name: String
  /// One line of description for the schema.
  package let meaning: String
  /// The name in `layer_types` of a Hugging Face configuration; nil for kinds that it does not
  /// know.
  package let layerType: String?
  package let make: @Sendable (MixerSite, inout ParameterBuilder) throws -> any Mixer

  package init(
    name: String, meaning: String, layerType: String? = nil,
    make: @escaping @Sendable (MixerSite, inout ParameterBuilder) throws -> any Mixer
  ) {
    self.name = name
    self.meaning = meaning
    self.layerType = layerType
    self.make = make
  }

  /// All kinds. The first one is the default for layers without a plan.
  package static let standard: [MixerKind] = [
    CausalAttention.full,
    CausalAttention.sliding,
  ]
}

/// The place in a model for which a mixer is made.
package struct MixerSite: Sendable {
  package let configuration: ModelConfiguration
  /// The prefix of the names of the layer's parameters, such as `model.layers.3.`.
  package let prefix: String
  /// A factor for the initial weights of a mixer's last layer, which writes to the residual stream.
  package let outputScale: Double
}

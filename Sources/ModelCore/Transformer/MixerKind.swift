/// A kind of token mixer, by the name that `layers` of a configuration has for it.
package struct MixerKind: Sendable {
  package let name: String
  /// One line for the schema.
  package let meaning: String
  /// What `layer_types` of a Hugging Face configuration calls it; nil for kinds it does not know.
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

  /// Every kind there is. The first is the one of layers for which no plan is given.
  package static let standard: [MixerKind] = [
    CausalAttention.full,
    CausalAttention.sliding,
  ]
}

/// Where in a model a mixer is made.
package struct MixerSite: Sendable {
  package let configuration: ModelConfiguration
  /// Of the layer's parameters: `model.layers.3.`
  package let prefix: String
  /// What the starting weights of a mixer's last layer, which writes to the residual stream, are
  /// multiplied by.
  package let outputScale: Double
}

import Fields

extension ModelFamily {
  /// Models that other programs do not know: with short convolutions, or with combinations that no
  /// other family has.
  static let laconic = ModelFamily(
    name: "laconic", architecture: "LaconicForCausalLM",
    read: { (members) throws(ModelFileError) in
      try members.require("hidden_act", "silu")
      try members.refuseAttentionBias()
      try members.refuse("mlp_bias")
      var shape = try ModelConfiguration(shared: members)
      try shape.readRotation(members)
      for field in ShortConvolution.fields + MixerKind.standardFields {
        try field.load(members, &shape)
      }
      shape.layers = try members.strings("layers") ?? shape.layers
      return shape
    },
    describes: { $0.hasPlainLayers },
    members: { _ in [("attention_bias", .bool(false)), ("mlp_bias", .bool(false))] },
    lastMembers: ownMembers)

  /// Our own members, if they differ from the defaults.
  @Sendable private static func ownMembers(of shape: ModelConfiguration) -> [(String, JSONText)] {
    func members(_ fields: [MixerField]) -> [(String, JSONText)] {
      fields.compactMap { field in field.saved(shape).map { (field.name, $0) } }
    }
    let plan: [(String, JSONText)] =
      shape.layers == ModelConfiguration().layers
      ? [] : [("layers", .array(shape.layers.map { .string($0) }))]
    return members(ShortConvolution.fields) + plan + members(MixerKind.standardFields)
  }
}

import Fields

extension ModelFamily {
  /// The text models of Gemma 3 (arXiv 2503.19786 § 2): norms before and after every branch, with
  /// factors 1 + weight; norms of query and key heads; GEGLU; embeddings times √hidden_size; and
  /// sliding layers with a base of rotation of their own.
  static let gemma3Text = ModelFamily(
    name: "gemma3_text", architecture: "Gemma3ForCausalLM", activationMember: "hidden_activation",
    read: { (members) throws(ModelFileError) in
      try members.require("hidden_activation", GateActivation.geluTanh.rawValue)
      try members.refuseAttentionBias()
      var shape = try ModelConfiguration(shared: members, tied: true)
      // transformers would use its defaults, which fit only one size of the family.
      for name in ["num_key_value_heads", "head_dim", "query_pre_attn_scalar"]
      where members.json(name) == nil {
        throw members.malformed("\(name) is not given")
      }
      guard shape.headCount > 0, shape.hiddenSize % shape.headCount == 0 else {
        throw members.malformed(
          "\(shape.headCount) heads do not divide a hidden size of \(shape.hiddenSize)")
      }
      shape.activation = .geluTanh
      shape.normalizesHeads = true
      shape.hasUnitOffsetNorms = true
      shape.normalizesOutputs = true
      shape.scalesEmbeddings = true
      shape.queryScalar = try members.double("query_pre_attn_scalar")
      shape.layers = try gemmaPlan(members, layerCount: shape.layerCount)
      let slides = shape.layers.contains(CausalAttention.sliding.name)
      shape.slidingWindow = slides ? try members.int("sliding_window") : nil
      try shape.readRotationByLayerType(members)
      return shape
    },
    describes: { shape in
      shape.shortConvolutionWidth == nil && shape.layerTypes != nil
        && shape.activation == .geluTanh && shape.normalizesHeads && shape.hasUnitOffsetNorms
        && shape.normalizesOutputs && shape.scalesEmbeddings && !shape.hasQueryKeyValueBias
    },
    members: { shape in
      [
        ("rope_local_base_freq", .double(shape.slidingRotaryTheta ?? shape.rotaryTheta)),
        ("query_pre_attn_scalar", scalar(shape)), ("attention_bias", .bool(false)),
        ("attn_logit_softcapping", .null), ("final_logit_softcapping", .null),
      ]
    },
    lastMembers: { shape in
      [
        ("sliding_window", shape.slidingWindow.map { .int($0) } ?? .null),
        ("layer_types", .array((shape.layerTypes ?? []).map { .string($0) })),
      ]
    })

  /// The mixers of the layers: those of `layer_types`, or else every sixth layer, or another
  /// period, does not slide.
  private static func gemmaPlan(
    _ members: ConfigurationMembers, layerCount: Int
  ) throws(ModelFileError) -> [String] {
    if let plan = try members.layerPlan(count: layerCount) { return plan }
    let period = try members.int("sliding_window_pattern") ?? 6
    guard period > 0 else {
      throw members.malformed("sliding_window_pattern is \(period)")
    }
    // A number of layers above this limit is rejected later.
    return (1...min(max(1, layerCount), 1024)).map { layer in
      layer % period == 0 ? CausalAttention.full.name : CausalAttention.sliding.name
    }
  }

  /// transformers accepts only a whole number here.
  private static func scalar(_ shape: ModelConfiguration) -> JSONText {
    let scalar = shape.queryScalar ?? Double(shape.headSize)
    return Int(exactly: scalar).map { .int($0) } ?? .double(scalar)
  }
}

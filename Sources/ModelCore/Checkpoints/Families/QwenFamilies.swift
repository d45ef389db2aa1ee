import Fields

extension ModelFamily {
  /// Qwen2 and Qwen2.5 (arXiv 2407.10671): biases on queries, keys and values. transformers reads
  /// no `attention_bias` of a Qwen2; its biases are implied.
  static let qwen2 = ModelFamily(
    name: "qwen2", architecture: "Qwen2ForCausalLM",
    read: { (members) throws(ModelFileError) in
      var shape = try qwen(members)
      shape.hasQueryKeyValueBias = true
      return shape
    },
    describes: { $0.isPlain && $0.hasQueryKeyValueBias && !$0.normalizesHeads },
    members: { _ in [] }, lastMembers: slidingMembers)

  /// Qwen3 (arXiv 2505.09388): a norm of every head of queries and keys.
  static let qwen3 = ModelFamily(
    name: "qwen3", architecture: "Qwen3ForCausalLM",
    read: { (members) throws(ModelFileError) in
      try members.refuseAttentionBias()
      var shape = try qwen(members)
      shape.normalizesHeads = true
      // The default of Qwen3Config, for all its sizes.
      shape.headDimension = shape.headDimension ?? 128
      return shape
    },
    describes: { $0.isPlain && !$0.hasQueryKeyValueBias && $0.normalizesHeads },
    members: { _ in [("attention_bias", .bool(false))] }, lastMembers: slidingMembers)

  private static func qwen(
    _ members: ConfigurationMembers
  ) throws(ModelFileError) -> ModelConfiguration {
    try members.require("hidden_act", "silu")
    var shape = try ModelConfiguration(shared: members)
    // transformers would use its default, which fits only one size of the family.
    guard shape.keyValueHeadCount != nil else {
      throw members.malformed("num_key_value_heads is not given")
    }
    try shape.readRotation(members)
    let usesWindow = try members.bool("use_sliding_window") == true
    let window = try members.int("sliding_window")
    if usesWindow, window == nil {
      throw members.malformed("use_sliding_window is set, but sliding_window is not given")
    }
    let fullCount = usesWindow ? try members.int("max_window_layers") ?? 28 : .max
    let plan = try members.layerPlan(count: shape.layerCount)
    shape.layers = plan ?? slidingPlan(layerCount: shape.layerCount, fullCount: fullCount)
    let slides = shape.layers.contains(CausalAttention.sliding.name)
    shape.slidingWindow = slides && usesWindow ? window : nil
    return shape
  }

  /// A plan in which the layers after the first ones slide.
  private static func slidingPlan(layerCount: Int, fullCount: Int) -> [String] {
    // A number of layers above this limit is rejected later.
    let layers = 0..<min(max(0, layerCount), 1024)
    if layers.upperBound <= fullCount { return [CausalAttention.full.name] }
    return layers.map { layer in
      layer < fullCount ? CausalAttention.full.name : CausalAttention.sliding.name
    }
  }

  /// The members that say which layers slide. Programs older than `layer_types` let all layers from
  /// `max_window_layers` on slide.
  @Sendable private static func slidingMembers(
    of shape: ModelConfiguration
  ) -> [(String, JSONText)] {
    let types = shape.layerTypes ?? []
    let firstSliding = types.firstIndex { $0 == CausalAttention.sliding.layerType }
    return [
      ("use_sliding_window", .bool(shape.slidingWindow != nil)),
      ("sliding_window", shape.slidingWindow.map { .int($0) } ?? .null),
      ("max_window_layers", .int(firstSliding ?? shape.layerCount)),
      ("layer_types", .array(types.map { .string($0) })),
    ]
  }
}

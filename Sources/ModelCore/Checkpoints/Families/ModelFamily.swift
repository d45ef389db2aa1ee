import Fields

/// A family of models whose `config.json` we read and write, as transformers names it in
/// `model_type`. A new family is one file and one line in `all`.
struct ModelFamily: Sendable {
  /// The `model_type`.
  let name: String
  /// The class of transformers, in `architectures`.
  let architecture: String
  /// The member that names the activation.
  var activationMember = "hidden_act"
  /// Reads the shape of a model. What it does not find has the value that transformers uses.
  let read: @Sendable (ConfigurationMembers) throws(ModelFileError) -> ModelConfiguration
  /// True if the family's members describe a shape in its normalised form completely.
  let describes: @Sendable (ModelConfiguration) -> Bool
  /// The members after those of the shape that only this family has.
  let members: @Sendable (ModelConfiguration) -> [(String, JSONText)]
  /// The members that follow all others.
  var lastMembers: @Sendable (ModelConfiguration) -> [(String, JSONText)] = { _ in [] }

  /// All families. `laconic` describes what no other does, so it is the last.
  static let all: [ModelFamily] = [llama, qwen2, qwen3, gemma3Text, laconic]

  /// The family that describes a shape.
  static func describing(_ shape: ModelConfiguration) -> ModelFamily {
    let shape = shape.normalized
    return all.first { $0.describes(shape) } ?? laconic
  }
}

extension ModelConfiguration {
  /// Reads the members that all families share.
  /// - Parameters:
  ///   - tied: the family's default for `tie_word_embeddings`.
  init(
    shared members: ConfigurationMembers, tied: Bool = false
  ) throws(ModelFileError) {
    self.init()
    hiddenSize = try members.int(required: "hidden_size")
    layerCount = try members.int(required: "num_hidden_layers")
    headCount = try members.int(required: "num_attention_heads")
    keyValueHeadCount = try members.int("num_key_value_heads")
    headDimension = try members.int("head_dim")
    intermediateSize = try members.int(required: "intermediate_size")
    tiesEmbeddings = try members.bool("tie_word_embeddings") ?? tied
    normEpsilon = try members.double("rms_norm_eps") ?? 1e-6
  }

  /// True if the layers are those of a Llama, perhaps with biases, head norms and windows.
  var isPlain: Bool {
    shortConvolutionWidth == nil && layerTypes != nil && hasPlainLayers
  }

  /// True if no layer has a part that only models of other programs have.
  var hasPlainLayers: Bool {
    activation == .silu && slidingRotaryTheta == nil && queryScalar == nil && !hasUnitOffsetNorms
      && !normalizesOutputs && !scalesEmbeddings
  }

  /// The `layer_types` of a Hugging Face configuration; nil if it does not know a mixer.
  var layerTypes: [String]? {
    let types = layerPlan.compactMap { name in
      MixerKind.standard.first { $0.name == name }?.layerType
    }
    return types.count == layerCount ? types : nil
  }
}

extension ConfigurationMembers {
  /// - Throws: an error if a member is given with another value.
  func require(_ name: String, _ expected: String) throws(ModelFileError) {
    if let found = try string(name), found != expected {
      throw unsupported("\(name) is '\(found)', not '\(expected)'")
    }
  }

  /// - Throws: an error if a flag is set.
  func refuse(_ name: String, _ reason: String = "") throws(ModelFileError) {
    if try bool(name) == true { throw unsupported("\(name) is set" + reason) }
  }

  func refuseAttentionBias() throws(ModelFileError) {
    try refuse("attention_bias", ": an output projection with a bias is not read")
  }

  /// The mixers that `layer_types` names, one for each layer; nil if it is not given.
  func layerPlan(count: Int) throws(ModelFileError) -> [String]? {
    guard let types = try strings("layer_types") else { return nil }
    var plan: [String] = []
    for type in types {
      guard let mixer = MixerKind.standard.first(where: { $0.layerType == type }) else {
        throw unsupported("layer_types names '\(type)'")
      }
      plan.append(mixer.name)
    }
    guard plan.count == count else {
      throw malformed("layer_types has \(plan.count) entries for \(count) layers")
    }
    return plan
  }
}

import Fields
import Foundation

extension ConfigurationFile {
  /// Reads the files that we write, and any `config.json` of a plain Llama, Qwen2 (also 2.5) or
  /// Qwen3.
  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let json = try JSONFile.text(of: bytes, file: file)
    let (members, own) = try Members.decode(bytes, file: file)
    guard let family = ModelFamily(rawValue: members.modelType) else {
      let known = ModelFamily.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw ModelFileError(
        file, .unsupported("model_type is '\(members.modelType)'; \(known) are read"))
    }
    if json.value(of: "quantization_config") != nil {
      throw ModelFileError(file, .unsupported("quantization_config is set"))
    }
    if let problem = members.unsupported(in: family) ?? RotaryMembers.unsupported(in: json) {
      throw ModelFileError(file, .unsupported(problem))
    }
    if let problem = OtherNames.problem(in: json) ?? members.rotaryContradiction
      ?? members.malformed(in: family)
    {
      throw ModelFileError(file, .malformed(problem))
    }
    let shape = members.configuration(in: family, own: own)
    if let problem = shape.firstProblem { throw ModelFileError(file, .malformed(problem)) }
    guard (1...(1 << 24)).contains(members.vocabSize) else {
      throw ModelFileError(file, .malformed("vocab_size is \(members.vocabSize)"))
    }
    configuration = shape.normalized
    vocabularySize = members.vocabSize
    endTokens = members.eosTokenId?.all ?? []
    padToken = members.padTokenId?.all.first
    guard let limit = members.maxPositionEmbeddings else { return }
    guard limit > 0 else {
      throw ModelFileError(file, .malformed("max_position_embeddings is \(limit)"))
    }
    // A model made here has no known limit; the number that we write for it is not a limit.
    if encoded() != bytes { configuration.contextLength = limit }
  }
}

extension ModelConfiguration {
  /// The first value out of range, or the first issue, in words. Validation of a pipeline reports
  /// the same earlier.
  fileprivate var firstProblem: String? {
    let counts = [
      ("hidden_size", hiddenSize, 65536), ("num_hidden_layers", layerCount, 1024),
      ("num_attention_heads", headCount, 1024),
      ("num_key_value_heads", resolvedKeyValueHeadCount, 1024),
      ("head_dim", headDimension ?? 1, 65536),
      ("intermediate_size", intermediateSize, 1_048_576),
    ]
    for (name, value, limit) in counts where !(1...limit).contains(value) {
      return "\(name) is \(value); 1 to \(limit) is possible"
    }
    for field in MixerKind.standardFields + ShortConvolution.fields {
      if let problem = field.problem(self) { return problem }
    }
    for (name, value) in [("rms_norm_eps", normEpsilon), ("rope_theta", rotaryTheta)]
    where !(value > 0 && value.isFinite) {
      return "\(name) is \(value); it must be above 0"
    }
    return issues(mixers: MixerKind.standard, mostParameters: .infinity).first?.message
  }
}

/// The members of Hugging Face's file; the decoder converts their names from snake case.
private struct Members: Decodable {
  struct RotaryParameters: Decodable {
    let ropeTheta: Double?
    let partialRotaryFactor: Double?
  }

  let modelType: String
  let hiddenSize: Int
  let numHiddenLayers: Int
  let numAttentionHeads: Int
  let numKeyValueHeads: Int?
  let headDim: Int?
  let intermediateSize: Int
  let hiddenAct: String?
  let tieWordEmbeddings: Bool?
  let rmsNormEps: Double?
  let ropeTheta: Double?
  let ropeScaling: RotaryParameters?
  let ropeParameters: RotaryParameters?
  let partialRotaryFactor: Double?
  let maxPositionEmbeddings: Int?
  let attentionBias: Bool?
  let mlpBias: Bool?
  let vocabSize: Int
  let eosTokenId: TokenIDs?
  let padTokenId: TokenIDs?
  let useSlidingWindow: Bool?
  let slidingWindow: Int?
  let maxWindowLayers: Int?
  let layerTypes: [String]?
  /// Our own member: the mixers of the layers.
  let layers: [String]?

  /// The first requested feature that this model core does not support; nil if there is none.
  func unsupported(in family: ModelFamily) -> String? {
    if let hiddenAct, hiddenAct != "silu" { return "hidden_act is '\(hiddenAct)', not 'silu'" }
    // transformers' Qwen2 reads neither member; its own biases are those of queries, keys and
    // values.
    if family != .qwen2, attentionBias == true {
      return "attention_bias is set: an output projection with a bias is not read"
    }
    if !family.hasLayerTypes, mlpBias == true { return "mlp_bias is set" }
    let factors = [
      ropeParameters?.partialRotaryFactor, ropeScaling?.partialRotaryFactor, partialRotaryFactor,
    ]
    if let factor = factors.compactMap({ $0 }).first(where: { $0 != 1 }) {
      return "partial_rotary_factor is \(factor): heads that turn in part are not read"
    }
    if family.hasLayerTypes, let type = layerTypes?.first(where: { mixer(ofType: $0) == nil }) {
      return "layer_types names '\(type)'"
    }
    return nil
  }

  /// The places where the base of rotation may be, in order of priority: transformers writes
  /// `rope_parameters` since version 5, and wrote the others before.
  private var rotaryBases: [(place: String, value: Double)] {
    [
      ("rope_parameters.rope_theta", ropeParameters?.ropeTheta), ("rope_theta", ropeTheta),
      ("rope_scaling.rope_theta", ropeScaling?.ropeTheta),
    ].compactMap { place, value in value.map { (place, $0) } }
  }

  var rotaryContradiction: String? {
    guard let first = rotaryBases.first,
      let other = rotaryBases.first(where: { $0.value != first.value })
    else { return nil }
    return "\(first.place) is \(first.value), but \(other.place) is \(other.value)"
  }

  /// The first value that is given but cannot make a model; nil if there is none.
  func malformed(in family: ModelFamily) -> String? {
    guard family.hasLayerTypes else { return nil }
    // transformers would use its default, which fits only one size of the family.
    if numKeyValueHeads == nil { return "num_key_value_heads is not given" }
    if let layerTypes, layerTypes.count != numHiddenLayers {
      return "layer_types has \(layerTypes.count) entries for \(numHiddenLayers) layers"
    }
    if useSlidingWindow == true, slidingWindow == nil {
      return "use_sliding_window is set, but sliding_window is not given"
    }
    return nil
  }

  /// - Parameter own: a configuration with the mixers' own members.
  /// - Precondition: no value is unsupported or malformed.
  func configuration(in family: ModelFamily, own: ModelConfiguration) -> ModelConfiguration {
    var c = family == .laconic ? own : ModelConfiguration()
    c.hiddenSize = hiddenSize
    c.layerCount = numHiddenLayers
    c.headCount = numAttentionHeads
    c.keyValueHeadCount = numKeyValueHeads
    // The default of Qwen3Config, for all its sizes.
    c.headDimension = headDim ?? (family == .qwen3 ? 128 : nil)
    c.intermediateSize = intermediateSize
    c.tiesEmbeddings = tieWordEmbeddings ?? false
    // The defaults of LlamaConfig, Qwen2Config and Qwen3Config.
    c.normEpsilon = rmsNormEps ?? 1e-6
    c.rotaryTheta = rotaryBases.first?.value ?? 10000
    switch family {
    case .llama: break
    case .qwen2, .qwen3:
      c.hasQueryKeyValueBias = family == .qwen2
      c.normalizesHeads = family == .qwen3
      c.layers = slidingPlan
      let slides = c.layers.contains(CausalAttention.sliding.name)
      c.slidingWindow = slides && useSlidingWindow == true ? slidingWindow : nil
    case .laconic:
      c.layers = layers ?? c.layers
    }
    return c
  }

  /// The mixers of a Qwen model: those of `layer_types`, or else the last layers slide if windows
  /// are used.
  private var slidingPlan: [String] {
    if let layerTypes { return layerTypes.compactMap { mixer(ofType: $0)?.name } }
    guard useSlidingWindow == true else { return [CausalAttention.full.name] }
    let fullCount = maxWindowLayers ?? 28
    // A number of layers above this limit is rejected later.
    return (0..<min(max(0, numHiddenLayers), 1024)).map { layer in
      layer < fullCount ? CausalAttention.full.name : CausalAttention.sliding.name
    }
  }

  private func mixer(ofType type: String) -> MixerKind? {
    MixerKind.standard.first { $0.layerType == type }
  }
}

extension Members {
  /// The members of a file, and a configuration with those that belong to mixers.
  /// - Throws: an error that names the member which is missing or of a wrong type.
  static func decode(
    _ bytes: Data, file: String
  ) throws(ModelFileError) -> (Members, own: ModelConfiguration) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { path in SnakeCase.key(path[path.count - 1]) }
    do {
      return (
        try decoder.decode(Members.self, from: bytes),
        try decoder.decode(OwnMembers.self, from: bytes).configuration
      )
    } catch {
      let reason = (error as? DecodingError)?.reason(spelling: SnakeCase.spelling)
      throw ModelFileError(
        file,
        .malformed(
          "this is not the config.json of a model we know: \(reason ?? "it cannot be read")"))
    }
  }
}

/// The members that belong to mixers; each mixer declares its own.
private struct OwnMembers: Decodable {
  var configuration = ModelConfiguration()

  init(from decoder: any Swift.Decoder) throws {
    let members = SavedMembers(container: try decoder.container(keyedBy: SnakeCase.Key.self))
    for field in ShortConvolution.fields + MixerKind.standardFields {
      try field.load(members, &configuration)
    }
  }
}

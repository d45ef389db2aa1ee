import Fields
import Foundation

extension ConfigurationFile {
  /// Reads what we wrote, and any `config.json` of a plain Llama, Qwen2 (2.5 too) or Qwen3.
  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let members: Members
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      members = try decoder.decode(Members.self, from: bytes)
    } catch {
      throw ModelFileError(file, .malformed("this is not the config.json of a model we know"))
    }
    guard let family = ModelFamily(rawValue: members.modelType) else {
      let known = ModelFamily.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw ModelFileError(
        file, .unsupported("model_type is '\(members.modelType)'; \(known) are read"))
    }
    if let problem = members.unsupported(in: family) {
      throw ModelFileError(file, .unsupported(problem))
    }
    if let problem = members.malformed(in: family) {
      throw ModelFileError(file, .malformed(problem))
    }
    let shape = members.configuration(in: family)
    if let problem = shape.firstProblem { throw ModelFileError(file, .malformed(problem)) }
    guard (1...(1 << 24)).contains(members.vocabSize) else {
      throw ModelFileError(file, .malformed("vocab_size is \(members.vocabSize)"))
    }
    configuration = shape.normalized
    vocabularySize = members.vocabSize
    endToken = members.eosTokenId?.first
    padToken = members.padTokenId?.first
  }
}

extension ModelConfiguration {
  /// The first value out of range, or issue, in words: what validation of a pipeline says earlier.
  fileprivate var firstProblem: String? {
    let counts = [
      ("hidden_size", hiddenSize, 65536), ("num_hidden_layers", layerCount, 1024),
      ("num_attention_heads", headCount, 1024),
      ("num_key_value_heads", resolvedKeyValueHeadCount, 1024),
      ("head_dim", headDimension ?? 1, 65536),
      ("intermediate_size", intermediateSize, 1_048_576),
      ("sliding_window", slidingWindow ?? 1, 1_048_576),
      ("short_conv", shortConvolutionWidth ?? 1, 64),
    ]
    for (name, value, limit) in counts where !(1...limit).contains(value) {
      return "\(name) is \(value); 1 to \(limit) is possible"
    }
    for (name, value) in [("rms_norm_eps", normEpsilon), ("rope_theta", rotaryTheta)]
    where !(value > 0 && value.isFinite) {
      return "\(name) is \(value); it must be above 0"
    }
    return issues().first?.message
  }
}

/// Hugging Face's members, their names turned from snake case by the decoder.
private struct Members: Decodable {
  struct RotaryParameters: Decodable {
    let ropeTheta: Double?
    let ropeType: String?
    let partialRotaryFactor: Double?
  }

  /// One id, or a list of which the first is taken.
  struct TokenIDs: Decodable {
    let first: Int32?

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let id = try? container.decode(Int32.self) {
        first = id
      } else {
        first = try container.decode([Int32].self).first
      }
    }
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
  let attentionBias: Bool?
  let mlpBias: Bool?
  let vocabSize: Int
  let eosTokenId: TokenIDs?
  let padTokenId: TokenIDs?
  let useSlidingWindow: Bool?
  let slidingWindow: Int?
  let maxWindowLayers: Int?
  let layerTypes: [String]?
  // Ours.
  let shortConv: Int?
  let layers: [String]?
  let qkvBias: Bool?
  let qkNorm: Bool?

  /// The first thing the file asks for that this model core does not do.
  func unsupported(in family: ModelFamily) -> String? {
    if let hiddenAct, hiddenAct != "silu" { return "hidden_act is '\(hiddenAct)', not 'silu'" }
    // transformers' Qwen2 reads neither; its own biases are those of queries, keys and values.
    if family != .qwen2, attentionBias == true {
      return "attention_bias is set: an output projection with a bias is not read"
    }
    if !family.hasLayerTypes, mlpBias == true { return "mlp_bias is set" }
    if ropeScaling != nil { return "rope_scaling is set" }
    if let type = ropeParameters?.ropeType, type != "default" { return "rope_type is '\(type)'" }
    if let factor = ropeParameters?.partialRotaryFactor, factor != 1 {
      return "partial_rotary_factor is \(factor): heads that turn in part are not read"
    }
    if family.hasLayerTypes, let type = layerTypes?.first(where: { mixer(ofType: $0) == nil }) {
      return "layer_types names '\(type)'"
    }
    return nil
  }

  /// What is given but makes no model.
  func malformed(in family: ModelFamily) -> String? {
    guard family.hasLayerTypes else { return nil }
    // transformers would take its default, which fits one size of the family only.
    if numKeyValueHeads == nil { return "num_key_value_heads is not given" }
    if let layerTypes, layerTypes.count != numHiddenLayers {
      return "layer_types has \(layerTypes.count) entries for \(numHiddenLayers) layers"
    }
    if useSlidingWindow == true, slidingWindow == nil {
      return "use_sliding_window is set, but sliding_window is not given"
    }
    return nil
  }

  /// - Precondition: nothing is unsupported or malformed.
  func configuration(in family: ModelFamily) -> ModelConfiguration {
    var c = ModelConfiguration()
    c.hiddenSize = hiddenSize
    c.layerCount = numHiddenLayers
    c.headCount = numAttentionHeads
    c.keyValueHeadCount = numKeyValueHeads
    // The default of Qwen3Config, whatever the other sizes.
    c.headDimension = headDim ?? (family == .qwen3 ? 128 : nil)
    c.intermediateSize = intermediateSize
    c.tiesEmbeddings = tieWordEmbeddings ?? false
    // The defaults of LlamaConfig, Qwen2Config and Qwen3Config.
    c.normEpsilon = rmsNormEps ?? 1e-6
    c.rotaryTheta = ropeTheta ?? ropeParameters?.ropeTheta ?? 10000
    c.hasQueryKeyValueBias = family == .qwen2
    c.normalizesHeads = family == .qwen3
    switch family {
    case .llama: break
    case .qwen2, .qwen3:
      c.layers = slidingPlan
      let slides = c.layers.contains(CausalAttention.sliding.name)
      c.slidingWindow = slides && useSlidingWindow == true ? slidingWindow : nil
    case .laconic:
      c.shortConvolutionWidth = shortConv
      c.layers = layers ?? c.layers
      c.slidingWindow = slidingWindow
      c.hasQueryKeyValueBias = qkvBias ?? false
      c.normalizesHeads = qkNorm ?? false
    }
    return c
  }

  /// The mixers of a Qwen: as `layer_types` says, else the last ones slide when windows are in use.
  private var slidingPlan: [String] {
    if let layerTypes { return layerTypes.compactMap { mixer(ofType: $0)?.name } }
    guard useSlidingWindow == true else { return [CausalAttention.full.name] }
    let fullCount = maxWindowLayers ?? 28
    // A number of layers beyond reason is refused after this.
    return (0..<min(max(0, numHiddenLayers), 1024)).map { layer in
      layer < fullCount ? CausalAttention.full.name : CausalAttention.sliding.name
    }
  }

  private func mixer(ofType type: String) -> MixerKind? {
    MixerKind.standard.first { $0.layerType == type }
  }
}

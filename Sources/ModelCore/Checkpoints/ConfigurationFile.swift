import Fields
import Foundation

/// The part of a Hugging Face folder's `config.json` that we use.
struct ConfigurationFile {
  var configuration: ModelConfiguration
  var vocabularySize: Int
  /// The tokens that end a response; external models may have several.
  var endTokens: [Int32] = []
  var padToken: Int32?

  /// The longest sequence that we state to other programs if no limit is known, although our rotary
  /// positions set no limit.
  private static let statedPositions = 4096

  func encoded() -> Data {
    let c = configuration.normalized
    let family = ModelFamily(of: c)
    var members: [(String, JSONText)] = [
      ("architectures", .array([.string(family.architecture)])),
      ("model_type", .string(family.rawValue)),
      ("hidden_size", .int(c.hiddenSize)),
      ("num_hidden_layers", .int(c.layerCount)),
      ("num_attention_heads", .int(c.headCount)),
      ("num_key_value_heads", .int(c.resolvedKeyValueHeadCount)),
      ("head_dim", .int(c.headSize)),
      ("intermediate_size", .int(c.intermediateSize)),
      ("hidden_act", .string("silu")),
      ("tie_word_embeddings", .bool(c.tiesEmbeddings)),
      ("rms_norm_eps", .double(c.normEpsilon)),
      ("rope_theta", .double(c.rotaryTheta)),
    ]
    // Qwen2 has no such members because its biases are implied.
    if family != .qwen2 { members.append(("attention_bias", .bool(false))) }
    if !family.hasLayerTypes { members.append(("mlp_bias", .bool(false))) }
    if c.contextLength == nil {
      members.append(("max_position_embeddings", .int(Self.statedPositions)))
    }
    members += [
      ("vocab_size", .int(vocabularySize)),
      ("bos_token_id", .null),
      ("eos_token_id", endTokens.first.map { .int(Int($0)) } ?? .null),
      ("pad_token_id", padToken.map { .int(Int($0)) } ?? .null),
      ("torch_dtype", .string("float32")),
    ]
    if family.hasLayerTypes { members += Self.layerMembers(of: c) }
    if family == .laconic { members += Self.ownMembers(of: c) }
    // Written last, so that a known limit can be distinguished from the number that we write for a
    // model without one, even if both numbers are equal.
    if let limit = c.contextLength { members.append(("max_position_embeddings", .int(limit))) }
    return Data(JSONText.object(members).indented.utf8)
  }

  /// The members by which Qwen's configurations say which layers slide. Programs older than
  /// `layer_types` let all layers from `max_window_layers` on slide.
  private static func layerMembers(of c: ModelConfiguration) -> [(String, JSONText)] {
    let types = c.layerTypes ?? []
    let firstSliding = types.firstIndex { $0 == CausalAttention.sliding.layerType }
    return [
      ("use_sliding_window", .bool(c.slidingWindow != nil)),
      ("sliding_window", c.slidingWindow.map { .int($0) } ?? .null),
      ("max_window_layers", .int(firstSliding ?? c.layerCount)),
      ("layer_types", .array(types.map { .string($0) })),
    ]
  }

  /// Our own members, if they differ from the defaults.
  private static func ownMembers(of c: ModelConfiguration) -> [(String, JSONText)] {
    func members(_ fields: [MixerField]) -> [(String, JSONText)] {
      fields.compactMap { field in field.saved(c).map { (field.name, $0) } }
    }
    let plan: [(String, JSONText)] =
      c.layers == ModelConfiguration().layers
      ? [] : [("layers", .array(c.layers.map { .string($0) }))]
    return members(ShortConvolution.fields) + plan + members(MixerKind.standardFields)
  }
}

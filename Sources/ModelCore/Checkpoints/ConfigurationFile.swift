import Fields
import Foundation

/// `config.json` of a Hugging Face folder, as far as it concerns us.
struct ConfigurationFile {
  var configuration: ModelConfiguration
  var vocabularySize: Int
  /// Where a response ends; several of a model from outside.
  var endTokens: [Int32] = []
  var padToken: Int32?

  /// What we tell other programs the longest sequence is where none is known: rotary positions set no
  /// limit of ours.
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
    // Qwen2 has no such members: its biases go without saying.
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
    // Last, so that a limit that is known is told from what we write of a model without one, even
    // where the two are the same number.
    if let limit = c.contextLength { members.append(("max_position_embeddings", .int(limit))) }
    return Data(JSONText.object(members).indented.utf8)
  }

  /// How Qwen's configurations say which layers slide. Programs older than `layer_types` take all
  /// from `max_window_layers` on.
  private static func layerMembers(of c: ModelConfiguration) -> [(String, JSONText)] {
    let firstSliding = c.layerPlan.firstIndex(of: CausalAttention.sliding.name)
    return [
      ("use_sliding_window", .bool(c.slidingWindow != nil)),
      ("sliding_window", c.slidingWindow.map { .int($0) } ?? .null),
      ("max_window_layers", .int(firstSliding ?? c.layerCount)),
      ("layer_types", .array((c.layerTypes ?? []).map { .string($0) })),
    ]
  }

  /// Our own fields, where they are not the defaults.
  private static func ownMembers(of c: ModelConfiguration) -> [(String, JSONText)] {
    var members: [(String, JSONText)] = []
    if let width = c.shortConvolutionWidth { members.append(("short_conv", .int(width))) }
    if c.layers != ModelConfiguration().layers {
      members.append(("layers", .array(c.layers.map { .string($0) })))
    }
    if let window = c.slidingWindow { members.append(("sliding_window", .int(window))) }
    if c.hasQueryKeyValueBias { members.append(("qkv_bias", .bool(true))) }
    if c.normalizesHeads { members.append(("qk_norm", .bool(true))) }
    return members
  }
}

package import Fields

/// The shape of a decoder-only transformer. Names and meanings follow Hugging Face's `LlamaConfig`;
/// `layers`, `qkv_bias`, `qk_norm` and `short_conv` are ours. The defaults give the small model
/// that learns the ladder suite in minutes.
package struct ModelConfiguration: FieldGroup, Hashable {
  package var hiddenSize = 128
  package var layerCount = 2
  package var headCount = 4
  /// The number of key-value heads; absent means `headCount`.
  package var keyValueHeadCount: Int?
  /// The width of a head; absent means `hiddenSize / headCount`.
  package var headDimension: Int?
  package var intermediateSize = 344
  /// The token mixers (see `MixerKind`) of the first layers; the pattern repeats for the other
  /// layers.
  package var layers = [MixerKind.standard[0].name]
  /// The number of tokens that a token of a sliding layer sees, itself included.
  package var slidingWindow: Int?
  /// True if queries, keys and values have biases, as in Qwen2.
  package var hasQueryKeyValueBias = false
  /// True if every head of queries and keys is normalised before rotation, as in Qwen3.
  package var normalizesHeads = false
  package var tiesEmbeddings = true
  /// The width of the causal depthwise convolution that begins each block; absent means none.
  package var shortConvolutionWidth: Int?
  package var normEpsilon = 1e-6
  package var rotaryTheta = 10000.0
  // The properties below are those of external models, so they are not configuration fields.

  /// The activation of the gate inside the feed-forward part.
  package var activation = GateActivation.silu
  /// The scaling of the rotary frequencies; nil for none.
  package var rotaryScaling: RotaryScaling?
  /// The base of the rotary frequencies of sliding layers, which are then not scaled; nil if
  /// sliding layers turn as the others do.
  package var slidingRotaryTheta: Double?
  /// The number d in the factor 1/√d on attention scores; absent means the width of a head.
  package var queryScalar: Double?
  /// True if norms multiply by 1 + weight, as in Gemma.
  package var hasUnitOffsetNorms = false
  /// True if the output of every branch is normalised before it is added, as in Gemma.
  package var normalizesOutputs = false
  /// True if embeddings are multiplied by √hidden_size, as in Gemma.
  package var scalesEmbeddings = false
  /// The longest sequence that an external model was made for, its `max_position_embeddings`; nil
  /// if nothing limits it, as for every model made here.
  package var contextLength: Int?

  package init() {}

  package static let meaning = "The shape of the transformer"

  package static var fields: [Field<ModelConfiguration>] {
    var fields: [Field<ModelConfiguration>] = [
      .int("hidden_size", \.hiddenSize, 1...65536, "Width of the residual stream", .semantic),
      .int("num_hidden_layers", \.layerCount, 1...1024, "Number of blocks", .semantic),
      .int("num_attention_heads", \.headCount, 1...1024, "Attention heads per block", .semantic),
      .int(
        "num_key_value_heads", \.keyValueHeadCount, 1...1024,
        "Heads of keys and values, shared by groups of attention heads; absent: one each", .semantic
      ),
      .int(
        "head_dim", \.headDimension, 2...65536,
        "Width of a head; absent: hidden_size / num_attention_heads", .semantic),
      .int(
        "intermediate_size", \.intermediateSize, 1...1_048_576, "Width inside the SwiGLU", .semantic
      ),
      .strings(
        "layers", \.layers, of: MixerKind.standard.map { Choice($0.name, $0.meaning) },
        count: 1...1024, "The mixers of the first layers; the pattern repeats", .semantic),
    ]
    fields += MixerKind.standardFields.map(\.field)
    fields.append(
      .bool(
        "tie_word_embeddings", \.tiesEmbeddings, "The output head is the embedding table",
        .semantic))
    fields += ShortConvolution.fields.map(\.field)
    fields += [
      .float(
        "rms_norm_eps", \.normEpsilon, FloatRange(1e-30, 1),
        "Added to the mean square under the root of a norm", .semantic),
      .float(
        "rope_theta", \.rotaryTheta, FloatRange(1, 1e12), "Base of the rotary frequencies",
        .semantic),
    ]
    return fields
  }

  package func issues() -> [FieldIssue] { issues(mixers: MixerKind.standard) }
}

extension ModelConfiguration {
  package var resolvedKeyValueHeadCount: Int { keyValueHeadCount ?? headCount }
  /// The resolved width of a head.
  package var headSize: Int { headDimension ?? hiddenSize / headCount }
  /// The width of the keys (and of the values) of one token.
  package var keyValueSize: Int { resolvedKeyValueHeadCount * headSize }

  /// The name of every layer's mixer.
  package var layerPlan: [String] { (0..<layerCount).map { layers[$0 % layers.count] } }

  /// The same shape in its shortest form: default values are absent, and the pattern of layers is
  /// the shortest that repeats.
  package var normalized: ModelConfiguration {
    var result = self
    if keyValueHeadCount == headCount { result.keyValueHeadCount = nil }
    if headDimension == hiddenSize / headCount, hiddenSize % headCount == 0 {
      result.headDimension = nil
    }
    if queryScalar == Double(headSize) { result.queryScalar = nil }
    let plan = layerPlan
    let slides = plan.contains(CausalAttention.sliding.name)
    if !slides || (rotaryScaling == nil && slidingRotaryTheta == rotaryTheta) {
      result.slidingRotaryTheta = nil
    }
    let length = (1...layerCount).first { length in
      plan.indices.allSatisfy { plan[$0] == plan[$0 % length] }
    }
    result.layers = Array(plan.prefix(length ?? layerCount))
    return result
  }
}

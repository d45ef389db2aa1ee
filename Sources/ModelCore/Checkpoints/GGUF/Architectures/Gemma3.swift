import Fields

extension GGUFArchitecture {
  /// The text part of Gemma 3. Files add 1 to the weights of norms, because Gemma's norms multiply
  /// by 1 + weight.
  ///
  /// Files state neither the pattern of sliding layers (five slide, the sixth does not) nor the
  /// base of their rotation, 10000, nor the scale of attention; llama.cpp has these constants for
  /// the architecture, and transformers as defaults of `Gemma3TextConfig`.
  static let gemma3 = GGUFArchitecture(
    name: "gemma3", modelType: "gemma3_text",
    parts: Part.common.filter { $0.inFile != "ffn_norm" } + [
      Part("attn_q_norm", "self_attn.q_norm"),
      Part("attn_k_norm", "self_attn.k_norm"),
      Part("post_attention_norm", "post_attention_layernorm"),
      Part("ffn_norm", "pre_feedforward_layernorm"),
      Part("post_ffw_norm", "post_feedforward_layernorm"),
    ],
    normOffset: 1,
    ownKeys: ["attention.sliding_window"]
  ) { keys, _ throws(ModelFileError) in
    let layers = try keys.positive("block_count")
    let (width, heads) = (
      try keys.positive("embedding_length"), try keys.positive("attention.head_count")
    )
    let headSize = try keys.integer("attention.key_length") ?? (width / heads)
    // The largest model, of 62 layers, scales by its width per head.
    let scalar = layers == 62 ? width / heads : headSize
    // A number of layers above this limit is rejected later.
    let types = (0..<min(layers, 1024)).map { layer in
      JSONText.string(layer % 6 == 5 ? "full_attention" : "sliding_attention")
    }
    return [
      ("hidden_activation", .string("gelu_pytorch_tanh")),
      ("query_pre_attn_scalar", .int(scalar)),
      ("sliding_window", .int(try keys.positive("attention.sliding_window"))),
      ("layer_types", .array(types)),
      ("rope_local_base_freq", .double(10000)),
    ]
  }
}

extension GGUFArchitecture {
  /// Qwen3, which normalises the heads of queries and keys.
  static let qwen3 = GGUFArchitecture(
    name: "qwen3", modelType: "qwen3",
    parts: Part.common + [
      Part("attn_q_norm", "self_attn.q_norm"), Part("attn_k_norm", "self_attn.k_norm"),
    ])
}

import Fields

/// Members of `config.json` that change what a model computes, and that none of our families has.
/// transformers passes over most of them in a family that lacks them; a file that has one was made
/// for another model than ours, so it is refused unless the value changes nothing.
enum ForeignMembers {
  /// Members that must be missing, null or false.
  private static let absent = [
    "quantization_config", "attn_logit_softcapping", "final_logit_softcapping", "logit_softcapping",
    "clip_qkv", "use_bidirectional_attention", "is_encoder_decoder", "add_cross_attention",
    "use_qk_norm", "qk_layernorm", "use_mrope", "mrope_section", "rope_interleaved",
    "no_rope_layers", "use_parallel_residual", "parallel_residual", "parallel_attn", "alibi",
    "attention_chunk_size", "attention_multiplier", "num_experts", "num_local_experts",
    "original_max_position_embeddings",
  ]
  /// Members that must be missing, null or 1.
  private static let one = [
    "embedding_multiplier", "residual_multiplier", "logits_scaling", "logit_scale",
  ]

  static func check(_ members: ConfigurationMembers) throws(ModelFileError) {
    for name in absent {
      switch members.json(name) {
      case nil, .bool(false): continue
      case .bool(true), .object: throw members.unsupported("\(name) is set")
      case let value?: throw members.unsupported("\(name) is \(value.compact), which is not read")
      }
    }
    for name in one {
      if let value = try members.double(name), value != 1 {
        throw members.unsupported("\(name) is \(value), which is not read")
      }
    }
  }
}

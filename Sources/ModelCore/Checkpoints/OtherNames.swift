import Fields

/// Other names of members of `config.json`, used by other programs or older versions.
///
/// If two names have different values, the user must decide: whichever we chose, another program
/// might choose the other and compute a different result.
enum OtherNames {
  private static let all: [(member: String, others: [String])] = [
    ("hidden_size", ["n_embd", "d_model", "dim"]),
    ("num_hidden_layers", ["n_layer", "n_layers", "num_layers"]),
    ("num_attention_heads", ["n_head", "n_heads", "num_heads"]),
    ("num_key_value_heads", ["n_kv_heads", "num_kv_heads", "num_query_groups"]),
    ("head_dim", ["head_size", "kv_channels"]),
    ("intermediate_size", ["n_inner", "d_ff", "hidden_dim", "ffn_hidden_size"]),
    ("tie_word_embeddings", ["tie_embeddings", "share_input_output_embeddings"]),
    ("rms_norm_eps", ["norm_eps", "layer_norm_eps", "layer_norm_epsilon", "layernorm_epsilon"]),
    ("rope_theta", ["rope_base", "rotary_emb_base", "rotary_base"]),
    ("max_position_embeddings", ["n_positions", "n_ctx", "seq_length", "max_sequence_length"]),
    ("vocab_size", ["padded_vocab_size", "n_vocab"]),
    ("sliding_window", ["window_size"]),
    ("torch_dtype", ["dtype"]),
  ]

  /// The names of the activation, one of which a family reads.
  private static let activations = ["hidden_act", "hidden_activation", "activation_function"]

  /// The first contradiction, or the first name that would be ignored, in words.
  /// - Parameter activation: the name that is read for the activation.
  static func problem(in config: JSONText, activation: String) -> String? {
    let renamed = (member: activation, others: activations.filter { $0 != activation })
    for (member, others) in all + [renamed] {
      let value = config.value(of: member)
      for other in others {
        guard let found = config.value(of: other) else { continue }
        if let value {
          if value.compact != found.compact {
            return "\(member) is \(value.compact), but '\(other)' says \(found.compact)"
          }
        } else if member != "torch_dtype" {
          return "'\(other)' is given, where \(member) is read"
        }
      }
    }
    return nil
  }
}

extension JSONText {
  /// The names of an object's members that are not null, in their order.
  var memberNames: [String] {
    guard case .object(let members) = self else { return [] }
    return members.compactMap { name, value in
      if case .null = value { nil } else { name }
    }
  }
}

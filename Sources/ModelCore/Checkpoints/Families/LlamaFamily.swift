import Fields

extension ModelFamily {
  /// Llama 2 and 3 (Touvron et al. 2023, arXiv 2307.09288; arXiv 2407.21783), and others that keep
  /// its form, such as SmolLM2 (arXiv 2502.02737).
  static let llama = ModelFamily(
    name: "llama", architecture: "LlamaForCausalLM",
    read: { (members) throws(ModelFileError) in
      try members.require("hidden_act", "silu")
      try members.refuseAttentionBias()
      try members.refuse("mlp_bias")
      var shape = try ModelConfiguration(shared: members)
      try shape.readRotation(members)
      return shape
    },
    // transformers' Llama has no window, and requires that heads divide the width even if it is not
    // necessary.
    describes: { shape in
      shape.isPlain && !shape.hasQueryKeyValueBias && !shape.normalizesHeads
        && shape.slidingWindow == nil && shape.hiddenSize % shape.headCount == 0
    },
    members: { _ in [("attention_bias", .bool(false)), ("mlp_bias", .bool(false))] })
}

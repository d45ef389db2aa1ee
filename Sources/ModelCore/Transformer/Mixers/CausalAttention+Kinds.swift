import Fields

extension CausalAttention {
  static let full = MixerKind(
    name: "full", meaning: "Attention to every earlier token", layerType: "full_attention",
    fields: { fields },
    make: { site, builder in
      try CausalAttention(site, window: nil, frequencies: site.rotation.full, &builder)
    })

  static let sliding = MixerKind(
    name: "sliding", meaning: "Attention to the last sliding_window tokens, the own included",
    layerType: "sliding_attention", fields: { fields }, issues: windowIssues,
    make: { site, builder in
      try CausalAttention(
        site, window: site.configuration.slidingWindow,
        frequencies: site.rotation.sliding, &builder)
    })

  private static var fields: [MixerField] {
    [
      .int(
        "sliding_window", \.slidingWindow, 1...1_048_576, unit: .tokens,
        "Tokens that a token of a sliding layer attends to, itself included"),
      .bool(
        "qkv_bias", \.hasQueryKeyValueBias, "Queries, keys and values have biases (Qwen2)"),
      .bool(
        "qk_norm", \.normalizesHeads,
        "Heads of queries and keys are normalised before rotation (Qwen3)"),
    ]
  }

  private static func windowIssues(
    _ configuration: ModelConfiguration, isUsed: Bool
  ) -> [FieldIssue] {
    switch (isUsed, configuration.slidingWindow) {
    case (true, nil):
      [
        FieldIssue(
          ["layers"], "a sliding layer needs 'sliding_window'", help: "write its number of tokens")
      ]
    case (false, _?):
      [
        FieldIssue(
          ["sliding_window"], "'sliding_window' needs a layer that slides",
          help: "write 'sliding' in 'layers', or leave the window out")
      ]
    default: []
    }
  }
}

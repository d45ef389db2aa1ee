import Fields

extension CausalAttention {
  static let full = MixerKind(
    name: "full", meaning: "Attention to every earlier token", layerType: "full_attention",
    fields: { fields }, issues: { configuration, _ in headIssues(configuration) },
    make: { site, builder in try CausalAttention(site, window: nil, &builder) })

  static let sliding = MixerKind(
    name: "sliding", meaning: "Attention to the last sliding_window tokens, the own included",
    layerType: "sliding_attention", fields: { fields }, issues: windowIssues,
    make: { site, builder in
      try CausalAttention(site, window: site.configuration.slidingWindow, &builder)
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

  /// Heads are part of every shape, used or not, because other programs derive sizes from them.
  private static func headIssues(_ c: ModelConfiguration) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if let headDimension = c.headDimension {
      if headDimension % 2 != 0 {
        issues.append(
          FieldIssue(
            ["head_dim"], "heads \(headDimension) wide are odd",
            help: "rotary embedding turns pairs: choose an even width"))
      }
    } else if c.hiddenSize % c.headCount != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(c.headCount) heads do not divide a hidden size of \(c.hiddenSize)",
          help: "choose a divisor of hidden_size, or give head_dim"))
    } else if c.headSize % 2 != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(c.headCount) heads of a hidden size of \(c.hiddenSize) are \(c.headSize) wide, "
            + "which is odd",
          help: "rotary embedding turns pairs: choose heads of even width"))
    }
    if c.headCount % c.resolvedKeyValueHeadCount != 0 {
      issues.append(
        FieldIssue(
          ["num_key_value_heads"],
          "\(c.resolvedKeyValueHeadCount) key-value heads do not divide \(c.headCount) attention "
            + "heads",
          help: "choose a divisor of num_attention_heads"))
    }
    return issues
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

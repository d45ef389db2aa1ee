package import Fields

extension ModelConfiguration {
  /// Combinations of fields that do not fit together.
  /// - Parameter mixers: the kinds that `layers` may name.
  package func issues(mixers: [MixerKind]) -> [FieldIssue] {
    var issues = headIssues + layerIssues(mixers)
    if approximateParameterCount > Self.mostParameters {
      issues.append(
        FieldIssue(
          ["hidden_size"],
          "this shape has about \(FieldValue.float(approximateParameterCount.rounded()).text) "
            + "parameters, more than the 1000000000 that fit here",
          help: "make the model narrower or shallower"))
    }
    return issues
  }

  private var headIssues: [FieldIssue] {
    var issues: [FieldIssue] = []
    if let headDimension {
      if headDimension % 2 != 0 {
        issues.append(
          FieldIssue(
            ["head_dim"], "heads \(headDimension) wide are odd",
            help: "rotary embedding turns pairs: choose an even width"))
      }
    } else if hiddenSize % headCount != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(headCount) heads do not divide a hidden size of \(hiddenSize)",
          help: "choose a divisor of hidden_size, or give head_dim"))
    } else if headSize % 2 != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(headCount) heads of a hidden size of \(hiddenSize) are \(headSize) wide, which is odd",
          help: "rotary embedding turns pairs: choose heads of even width"))
    }
    if headCount % resolvedKeyValueHeadCount != 0 {
      issues.append(
        FieldIssue(
          ["num_key_value_heads"],
          "\(resolvedKeyValueHeadCount) key-value heads do not divide \(headCount) attention heads",
          help: "choose a divisor of num_attention_heads"))
    }
    return issues
  }

  private func layerIssues(_ mixers: [MixerKind]) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if layers.isEmpty {
      return [FieldIssue(["layers"], "no mixer is named", help: "name at least one")]
    }
    for (index, name) in layers.enumerated() where !mixers.contains(where: { $0.name == name }) {
      issues.append(
        FieldIssue(
          ["layers", "\(index)"], "'\(name)' is no mixer",
          help: "there are \(mixers.map { "'\($0.name)'" }.joined(separator: ", "))"))
    }
    if layers.count > layerCount {
      issues.append(
        FieldIssue(
          ["layers"], "\(layers.count) mixers are more than the \(layerCount) layers",
          help: "name one for each layer, or a pattern that repeats"))
    }
    let slides = layers.contains(CausalAttention.sliding.name)
    if slides && slidingWindow == nil {
      issues.append(
        FieldIssue(
          ["layers"], "a sliding layer needs a window", help: "give sliding_window in tokens"))
    } else if !slides && slidingWindow != nil {
      issues.append(
        FieldIssue(
          ["sliding_window"], "no layer slides",
          help: "name 'sliding' in layers, or leave the window out"))
    }
    return issues
  }

  /// The largest number of parameters. Weights, gradients and moments of more would not fit into
  /// the memory of the machines that this program is made for.
  private static let mostParameters = 1e9

  /// The parameters of the blocks, whose matrices dominate; in floating point, so that no product
  /// overflows.
  private var approximateParameterCount: Double {
    let hidden = Double(hiddenSize)
    let querySize = Double(headCount) * Double(headSize)
    let attention = 2 * hidden * querySize + 2 * hidden * Double(keyValueSize)
    return Double(layerCount) * (attention + 3 * hidden * Double(intermediateSize))
  }
}

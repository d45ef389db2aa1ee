package import Fields

/// The shape of a decoder-only transformer. Names and meanings follow Hugging Face's `LlamaConfig`;
/// `short_conv` is ours. The defaults are the small model that learns the ladder suite in minutes.
package struct ModelConfiguration: FieldGroup, Hashable {
  package var hiddenSize = 128
  package var layerCount = 2
  package var headCount = 4
  /// Heads of keys and values; absent means as many as `headCount`.
  package var keyValueHeadCount: Int?
  package var intermediateSize = 344
  package var tiesEmbeddings = true
  /// Width of the causal depthwise convolution that opens each block; absent means none.
  package var shortConvolutionWidth: Int?
  package var normEpsilon = 1e-6
  package var rotaryTheta = 10000.0

  package init() {}

  package static let meaning = "The shape of the transformer"

  package static var fields: [Field<ModelConfiguration>] {
    [
      .int("hidden_size", \.hiddenSize, 1...65536, "Width of the residual stream", .semantic),
      .int("num_hidden_layers", \.layerCount, 1...1024, "Number of blocks", .semantic),
      .int("num_attention_heads", \.headCount, 1...1024, "Attention heads per block", .semantic),
      .int(
        "num_key_value_heads", \.keyValueHeadCount, 1...1024,
        "Heads of keys and values, shared by groups of attention heads; absent: one each", .semantic
      ),
      .int(
        "intermediate_size", \.intermediateSize, 1...1_048_576, "Width inside the SwiGLU", .semantic
      ),
      .bool(
        "tie_word_embeddings", \.tiesEmbeddings, "Whether the output head is the embedding table",
        .semantic),
      .int(
        "short_conv", \.shortConvolutionWidth, 1...64, unit: .tokens,
        "Width of a causal depthwise convolution before attention; absent: none", .semantic),
      .float(
        "rms_norm_eps", \.normEpsilon, FloatRange(1e-30, 1),
        "Added to the mean square under the root of a norm", .semantic),
      .float(
        "rope_theta", \.rotaryTheta, FloatRange(1, 1e12), "Base of the rotary frequencies",
        .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if hiddenSize % headCount != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(headCount) heads do not divide a hidden size of \(hiddenSize)",
          help: "choose a divisor of hidden_size"))
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

  /// Weights, gradients and moments of more than this would not fit the machines this is for.
  private static let mostParameters = 1e9

  /// Of the blocks, whose matrices decide; in floating point, since any product fits.
  private var approximateParameterCount: Double {
    let hidden = Double(hiddenSize)
    let attention = 2 * hidden * hidden + 2 * hidden * Double(keyValueSize)
    return Double(layerCount) * (attention + 3 * hidden * Double(intermediateSize))
  }
}

extension ModelConfiguration {
  package var resolvedKeyValueHeadCount: Int { keyValueHeadCount ?? headCount }
  package var headSize: Int { hiddenSize / headCount }
  /// Width of the keys (and of the values) of one token.
  package var keyValueSize: Int { resolvedKeyValueHeadCount * headSize }
}

import TensorCore

/// One layer: branches `x += mixer(norm(x))` that run one after another on the residual stream.
struct Block: Sendable {
  struct Branch: Sendable {
    /// The prefix of the names of its parameters, such as `model.layers.3.self_attn`.
    let name: String
    let norm: Tensor
    let mixer: any Mixer
  }

  let branches: [Branch]

  /// Makes an optional short convolution, the layer plan's token mixer, and the feed-forward part.
  init(
    _ configuration: ModelConfiguration, layer: Int, mixer: MixerKind,
    _ builder: inout ParameterBuilder
  ) throws {
    let prefix = "model.layers.\(layer)."
    let hidden = configuration.hiddenSize
    let site = MixerSite(
      configuration: configuration, prefix: prefix,
      outputScale: 1 / Double(2 * configuration.layerCount).squareRoot())
    var branches: [Branch] = []
    if let width = configuration.shortConvolutionWidth {
      branches.append(
        Branch(
          name: prefix + "short_conv",
          norm: try builder.norm(prefix + "short_conv_norm.weight", size: hidden),
          mixer: try ShortConvolution(
            width: width, channels: hidden, name: prefix + "short_conv.weight", &builder)))
    }
    branches.append(
      Branch(
        name: prefix + "self_attn",
        norm: try builder.norm(prefix + "input_layernorm.weight", size: hidden),
        mixer: try mixer.make(site, &builder)))
    branches.append(
      Branch(
        name: prefix + "mlp",
        norm: try builder.norm(prefix + "post_attention_layernorm.weight", size: hidden),
        mixer: try FeedForward(
          configuration, prefix: prefix + "mlp.", outputScale: site.outputScale, &builder)))
    self.branches = branches
  }
}

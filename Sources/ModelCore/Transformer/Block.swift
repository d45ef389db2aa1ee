import TensorCore

/// One layer: branches `x += mixer(norm(x))` that run one after another on the residual stream.
struct Block: Sendable {
  struct Branch: Sendable {
    /// The prefix of the names of its parameters, such as `model.layers.3.self_attn`.
    let name: String
    let norm: Norm
    let mixer: any Mixer
  }

  let branches: [Branch]

  /// Makes an optional short convolution, the layer plan's token mixer, and the feed-forward part.
  init(_ site: MixerSite, mixer: MixerKind, _ builder: inout ParameterBuilder) throws {
    let configuration = site.configuration
    func branch(
      _ name: String, norm: String,
      _ make: (MixerSite, inout ParameterBuilder) throws -> any Mixer
    ) throws -> Branch {
      Branch(
        name: site.prefix + name,
        norm: try Norm(
          site.prefix + norm, size: configuration.hiddenSize, epsilon: configuration.normEpsilon,
          &builder),
        mixer: try make(site, &builder))
    }
    var branches: [Branch] = []
    if let width = configuration.shortConvolutionWidth {
      branches.append(
        try branch("short_conv", norm: "short_conv_norm") {
          try ShortConvolution(width: width, $0, &$1)
        })
    }
    branches.append(try branch("self_attn", norm: "input_layernorm", mixer.make))
    branches.append(
      try branch("mlp", norm: "post_attention_layernorm") { try FeedForward($0, &$1) })
    self.branches = branches
  }
}

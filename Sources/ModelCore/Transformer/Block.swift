import TensorCore

/// One layer: branches `x += mixer(norm(x))` that run one after another on the residual stream.
struct Block: Sendable {
  struct Branch: Sendable {
    /// The prefix of the names of its parameters, such as `model.layers.3.self_attn`.
    let name: String
    let norm: Norm
    let mixer: any Mixer
    /// The norm of the mixer's output, `x += outputNorm(mixer(norm(x)))`, as in Gemma; nil for
    /// none.
    let outputNorm: Norm?

    /// The mixer's output as it is added to the residual stream.
    func output(_ y: Tensor, _ tape: Tape) throws -> Tensor { try outputNorm?(y, tape) ?? y }
    func output(_ y: Tensor, _ backend: any Backend) -> Tensor { outputNorm?(y, backend) ?? y }
  }

  let branches: [Branch]

  /// Makes an optional short convolution, the layer plan's token mixer, and the feed-forward part.
  init(_ site: MixerSite, mixer: MixerKind, _ builder: inout ParameterBuilder) throws {
    let configuration = site.configuration
    func makeNorm(_ name: String, _ builder: inout ParameterBuilder) throws -> Norm {
      try Norm(
        site.prefix + name, size: configuration.hiddenSize, epsilon: configuration.normEpsilon,
        hasUnitOffset: configuration.hasUnitOffsetNorms, &builder)
    }
    func branch(
      _ name: String, norm: String, outputNorm: String? = nil,
      _ make: (MixerSite, inout ParameterBuilder) throws -> any Mixer
    ) throws -> Branch {
      Branch(
        name: site.prefix + name,
        norm: try makeNorm(norm, &builder), mixer: try make(site, &builder),
        outputNorm: try outputNorm.map { try makeNorm($0, &builder) })
    }
    var branches: [Branch] = []
    if let width = configuration.shortConvolutionWidth {
      branches.append(
        try branch("short_conv", norm: "short_conv_norm") {
          try ShortConvolution(width: width, $0, &$1)
        })
    }
    let names = configuration.normalizesOutputs ? NormNames.ofGemma : .ofLlama
    branches.append(
      try branch(
        "self_attn", norm: names.attention, outputNorm: names.attentionOutput, mixer.make))
    branches.append(
      try branch("mlp", norm: names.feedForward, outputNorm: names.feedForwardOutput) {
        try FeedForward($0, &$1)
      })
    self.branches = branches
  }
}

/// The names of a block's norms in Hugging Face's files. `post_attention_layernorm` is the norm of
/// the feed-forward part's input in a Llama, and of attention's output in a Gemma.
private struct NormNames {
  let attention = "input_layernorm"
  let attentionOutput: String?
  let feedForward: String
  let feedForwardOutput: String?

  static let ofLlama = NormNames(
    attentionOutput: nil, feedForward: "post_attention_layernorm", feedForwardOutput: nil)
  static let ofGemma = NormNames(
    attentionOutput: "post_attention_layernorm", feedForward: "pre_feedforward_layernorm",
    feedForwardOutput: "post_feedforward_layernorm")
}

/// The families of models whose `config.json` we read and write.
enum ModelFamily: String, CaseIterable {
  case llama, qwen2, qwen3
  /// Models that other programs do not know: with short convolutions, or with combinations that no
  /// family has.
  case laconic

  /// The family that describes a shape completely.
  init(of shape: ModelConfiguration) {
    let shape = shape.normalized
    let isPlain = shape.shortConvolutionWidth == nil && shape.layerTypes != nil
    self =
      switch (shape.hasQueryKeyValueBias, shape.normalizesHeads) {
      // transformers' Llama has no window, and requires that heads divide the width even if it is
      // not necessary.
      case (false, false)
      where isPlain && shape.slidingWindow == nil && shape.hiddenSize % shape.headCount == 0:
        .llama
      case (true, false) where isPlain: .qwen2
      case (false, true) where isPlain: .qwen3
      default: .laconic
      }
  }

  var architecture: String {
    switch self {
    case .llama: "LlamaForCausalLM"
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    case .laconic: "LaconicForCausalLM"
    }
  }

  /// True if layers of this family may slide, which `layer_types` then states.
  var hasLayerTypes: Bool { self == .qwen2 || self == .qwen3 }
}

extension ModelConfiguration {
  /// The `layer_types` of a Hugging Face configuration; nil if it does not know a mixer.
  var layerTypes: [String]? {
    let types = layerPlan.compactMap { name in
      MixerKind.standard.first { $0.name == name }?.layerType
    }
    return types.count == layerCount ? types : nil
  }
}

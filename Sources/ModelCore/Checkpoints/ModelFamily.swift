/// The families of models whose `config.json` we read and write.
enum ModelFamily: String, CaseIterable {
  case llama, qwen2, qwen3
  /// Plans that no other program knows: short convolutions, or what the families do not combine.
  case laconic

  /// The family that describes a shape completely.
  init(of shape: ModelConfiguration) {
    let shape = shape.normalized
    let isPlain = shape.shortConvolutionWidth == nil && shape.layerTypes != nil
    self =
      switch (shape.hasQueryKeyValueBias, shape.normalizesHeads) {
      // transformers' Llama has no window, and wants heads to divide the width even when they need not.
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

  /// Whether layers may slide, and say so in `layer_types`.
  var hasLayerTypes: Bool { self == .qwen2 || self == .qwen3 }
}

extension ModelConfiguration {
  /// `layer_types` of a Hugging Face configuration; nil when a mixer is unknown there.
  var layerTypes: [String]? {
    let types = layerPlan.compactMap { name in
      MixerKind.standard.first { $0.name == name }?.layerType
    }
    return types.count == layerCount ? types : nil
  }
}

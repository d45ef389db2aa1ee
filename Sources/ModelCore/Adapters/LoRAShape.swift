import Algorithms
package import Fields

/// The linear layers that an adapter changes.
package enum TargetModules: Sendable, Hashable {
  /// Every linear layer of the blocks; never the embedding or the output head.
  case allLinear
  /// The layers with these names, or names that end in one of them after a point: `q_proj`.
  case named([String])

  /// The word for `allLinear`, as PEFT writes it.
  package static let all = "all-linear"

  /// The names as a list in a sentence.
  var text: String {
    switch self {
    case .allLinear: Self.all
    case .named(let names): names.joined(separator: ", ")
    }
  }

  /// True for a layer's whole name, `model.layers.3.self_attn.q_proj`.
  func includes(_ layer: String) -> Bool {
    switch self {
    case .allLinear: true
    case .named(let names): names.contains { layer == $0 || layer.hasSuffix("." + $0) }
    }
  }
}

/// A low-rank adapter (LoRA, Hu et al. 2021, arXiv 2106.09685 § 4.1):
///
///     y = x · W + b + scale · dropout(x) · A · B
///
/// with A [in, r] and B [r, out], of which only these two learn. Names, defaults and the scale are
/// those of huggingface/peft.
package struct LoRAShape: Sendable, Hashable {
  /// The most columns of A that are read or written.
  package static let rankLimit = 4096

  /// r, the number of columns of A.
  package var rank = 8
  package var alpha = 8.0
  /// The probability with which training drops a value of x.
  package var dropout = 0.0
  package var targets = TargetModules.allLinear
  /// True for a scale of alpha/√r (Kalajdzievski 2023, arXiv 2312.03732).
  package var usesRankStabilizedScale = false

  package init() {}

  /// The factor of the low-rank product: alpha/r.
  package var scale: Float {
    Float(alpha / (usesRankStabilizedScale ? Double(rank).squareRoot() : Double(rank)))
  }

  /// Puts adapters in the place of the targets.
  var adapt: ParameterBuilder.Adapt {
    { linear, builder in
      targets.includes(linear.name) ? try LoRALinear(linear, self, &builder) : linear
    }
  }

  /// The number of an adapter's parameters over a model of a shape, counted without weights.
  /// - Precondition: the configuration has no issues.
  package func parameterCount(
    over configuration: ModelConfiguration, mixers: [MixerKind] = MixerKind.standard
  ) -> Int {
    // No linear layer has the size of the vocabulary.
    configuration.parameterDescriptions(vocabularySize: 1, mixers: mixers, adapter: self)
      .filter(\.isAdapter).reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  /// The first target that is no layer of a model of a shape; nil if all are.
  /// - Precondition: the configuration has no issues.
  package func unknownTarget(
    in configuration: ModelConfiguration, mixers: [MixerKind] = MixerKind.standard
  ) -> UnknownName? {
    guard case .named(let names) = targets else { return nil }
    let layers = configuration.linearLayerNames(mixers: mixers)
    return names.first { name in !layers.contains { TargetModules.named([name]).includes($0) } }
      .map { UnknownName("module", $0, "of the model", among: layers.moduleNames) }
  }
}

extension ModelConfiguration {
  /// The names of all linear layers of the blocks, in the order in which a model makes them.
  /// - Precondition: the configuration has no issues.
  package func linearLayerNames(mixers: [MixerKind] = MixerKind.standard) -> [String] {
    var shape = LoRAShape()
    shape.rank = 1
    return parameterDescriptions(vocabularySize: 1, mixers: mixers, adapter: shape)
      .filter { $0.isAdapter && $0.name.hasSuffix(LoRALinear.downSuffix) }
      .map { String($0.name.dropLast(LoRALinear.downSuffix.count)) }
  }
}

extension [String] {
  /// The last parts of layers' names without repeats: `q_proj`, `k_proj`.
  package var moduleNames: [String] {
    Array(compactMap { $0.split(separator: ".").last.map(String.init) }.uniqued())
  }
}

import TensorCore

extension Transformer {
  /// Makes a model with initial weights. Each parameter's values depend only on the seed and its
  /// name, so that adding or removing a parameter does not change the others.
  ///
  /// Embedding N(0, .02²); linear layers N(0, 1 / fan_in), of which the two that write to the
  /// residual stream are divided by √(2 · layers) (Radford et al. 2019, GPT-2, § 2.3); convolutions
  /// N(0, .088²); an untied head N(0, 1 / hidden); norms 1, biases 0.
  /// - Precondition: the configuration has no issues.
  package convenience init(
    configuration: ModelConfiguration, vocabularySize: Int, seed: UInt64,
    mixers: [MixerKind] = MixerKind.standard
  ) {
    do {
      try self.init(
        configuration: configuration, vocabularySize: vocabularySize, mixers: mixers
      ) { parameter in
        parameter.startingValues(seed: seed)
      }
    } catch {
      preconditionFailure("a formula that cannot fail failed: \(error)")
    }
  }

  /// Makes a separate model with the same weights, for example a frozen reference policy. A copy of
  /// an adapted model shares its base.
  package func copy() -> Transformer {
    var sources = trainedParameters.makeIterator()
    do {
      if let base, let adapter {
        return try Transformer(base: base, adapter: adapter) { _ in
          sources.next()?.tensor.values ?? []
        }
      }
      return try Transformer(
        configuration: configuration, vocabularySize: vocabularySize, mixers: mixers, adapt: adapt
      ) { _ in
        // The configuration alone decides the order of parameters.
        sources.next()?.tensor.values ?? []
      }
    } catch {
      preconditionFailure("copying in memory failed: \(error)")
    }
  }

  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

  /// The weights that training changes: those of the adapter, or of a whole model all.
  package var trainedParameters: [Parameter] {
    base == nil ? parameters : parameters.filter(\.isAdapter)
  }

  /// True if a backward pass computes gradients of the weights; a frozen model does not need them.
  /// The base of an adapter never does, nor do kept weights.
  package var requiresGradient: Bool {
    get { trainedParameters.contains { $0.tensor.requiresGradient } }
    set {
      for parameter in trainedParameters where !parameter.tensor.isKept {
        parameter.tensor.requiresGradient = newValue
      }
    }
  }
}

import TensorCore

extension Transformer {
  /// Makes a model that shares the weights of another and adapts it; only the adapter learns.
  /// - Parameter tensors: returns a new tensor for each parameter of the adapter.
  /// - Precondition: the base is a whole model, and the targets are layers of it.
  convenience init(
    base: Transformer, adapter: LoRAShape,
    tensors: @escaping (ParameterDescription) throws -> Tensor
  ) throws {
    precondition(base.base == nil, "an adapter over a whole model")
    let shared = Dictionary(
      uniqueKeysWithValues: base.parameters.map { ($0.name, $0.tensor) })
    try self.init(
      base.configuration, vocabularySize: base.vocabularySize,
      tensors: { description in
        if !description.isAdapter, let tensor = shared[description.name] { return tensor }
        return try tensors(description)
      }, mixers: base.mixers, adapt: adapter.adapt, base: base, adapter: adapter)
  }

  /// Makes the same with values for each parameter of the adapter.
  package convenience init(
    base: Transformer, adapter: LoRAShape,
    values: @escaping (ParameterDescription) throws -> [Float]
  ) throws {
    try self.init(
      base: base, adapter: adapter,
      tensors: { Tensor(shape: $0.shape, values: try values($0)) })
  }

  /// Makes a model with a new adapter, which changes nothing before it is trained. The values of a
  /// parameter depend only on the seed and its name.
  package convenience init(base: Transformer, newAdapter: LoRAShape, seed: UInt64) {
    do {
      try self.init(base: base, adapter: newAdapter) { $0.startingValues(seed: seed) }
    } catch {
      preconditionFailure("a formula that cannot fail failed: \(error)")
    }
  }

  /// The same adapter with another probability of dropout, for training.
  package func dropping(_ probability: Double) throws -> Transformer {
    guard let base, var adapter, adapter.dropout != probability else { return self }
    adapter.dropout = probability
    var sources = trainedParameters.makeIterator()
    return try Transformer(base: base, adapter: adapter) { _ in
      sources.next()?.tensor.values ?? []
    }
  }

  /// The model as it is now, frozen: the reference of a training that begins with it.
  ///
  /// An adapter that changes nothing yet, because every B is 0, is left out: the reference is then
  /// the base itself, and takes no memory. An adapter that is continued is copied, so that the
  /// reference is what the training began with.
  package func frozenReference() -> Transformer {
    if let base, trainedParameters.allSatisfy({ $0.isUntrained }) { return base }
    let copy = copy()
    copy.requiresGradient = false
    return copy
  }
}

extension Parameter {
  /// True unless it is a B of an adapter with a value other than 0.
  fileprivate var isUntrained: Bool {
    !name.hasSuffix(LoRALinear.upSuffix) || tensor.values.allSatisfy { $0 == 0 }
  }
}

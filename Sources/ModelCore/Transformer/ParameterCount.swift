package import TensorCore

extension ModelConfiguration {
  /// The number of weights of a model of this shape, counted from the shapes of its tensors without
  /// allocating them. Tied embeddings count once.
  /// - Precondition: the configuration has no issues.
  package func parameterCount(
    vocabularySize: Int, mixers: [MixerKind] = MixerKind.standard
  ) -> Int {
    parameterDescriptions(vocabularySize: vocabularySize, mixers: mixers).reduce(0) {
      $0 + $1.shape.reduce(1, *)
    }
  }

  /// The number of bytes that the weights take when they are only read; the most that there are if
  /// it is larger.
  /// - Parameter form: returns the kept form of a matrix, by its name; nil for one in 32 bits.
  /// - Precondition: the configuration has no issues.
  package func keptByteCount(
    vocabularySize: Int, mixers: [MixerKind] = MixerKind.standard,
    form: (String) -> KeptMatrix.Form? = { _ in nil }
  ) -> Int {
    let bytes = parameterDescriptions(vocabularySize: vocabularySize, mixers: mixers).map {
      parameter -> Double in
      let values = parameter.shape.reduce(1) { $0 * Double($1) }
      // The exact number would overflow.
      guard parameter.mayBeKept, values < 0x1p56 else {
        return values * Double(MemoryLayout<Float>.size)
      }
      let shape = parameter.shapeInFiles
      return Double(
        (form(parameter.name) ?? .float32).byteCount(outputs: shape[0], inputs: shape[1]))
    }
    return Int(exactly: bytes.reduce(0, +)) ?? .max
  }

  /// The name and shape of each weight tensor, in the order in which a model of this shape makes
  /// them; none is allocated.
  /// - Precondition: the configuration has no issues.
  /// - Parameter adapter: an adapter whose parameters are described too.
  func parameterDescriptions(
    vocabularySize: Int, mixers: [MixerKind] = MixerKind.standard, adapter: LoRAShape? = nil
  ) -> [ParameterDescription] {
    let shape = normalized
    var builder = ParameterBuilder(adapt: adapter?.adapt)
    do {
      _ = try Transformer.Parts(shape, vocabularySize: vocabularySize, mixers: mixers, &builder)
    } catch {
      preconditionFailure("only values can fail, and none are given")
    }
    return builder.descriptions
  }

  /// The number of weights in the matrices of all blocks, without embeddings, norms and biases. In
  /// floating point, because a shape that is not checked yet can exceed 64 bits.
  /// - Precondition: `mixers` has a kind for every layer, and each kind accepts the configuration.
  func matrixParameterCount(_ mixers: [MixerKind]) -> Double {
    let plan = layerPlan
    let site = MixerSite(self, layer: 0, rotation: ModelRotation(self))
    return mixers.reduce(0) { sum, kind in
      let count = plan.count { $0 == kind.name }
      guard count > 0 else { return sum }
      var builder = ParameterBuilder()
      do {
        _ = try kind.make(site, &builder)
        _ = try FeedForward(site, &builder)
      } catch {
        preconditionFailure("only values can fail, and none are given")
      }
      let matrices = builder.descriptions.filter { $0.shape.count == 2 }
      return sum + Double(count)
        * matrices.reduce(0) { $0 + Double($1.shape[0]) * Double($1.shape[1]) }
    }
  }
}

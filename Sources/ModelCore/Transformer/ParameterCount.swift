package import Foundation

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

  /// The name and shape of each weight tensor, in the order in which a model of this shape makes
  /// them; none is allocated.
  /// - Precondition: the configuration has no issues.
  func parameterDescriptions(
    vocabularySize: Int, mixers: [MixerKind] = MixerKind.standard
  ) -> [ParameterDescription] {
    let shape = normalized
    var builder = ParameterBuilder()
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

extension ModelFolder {
  /// The number of parameters of a folder's model, from its configuration only; nil if that cannot
  /// be read or is invalid.
  /// - Parameter reading: returns the bytes of a file of the folder, by its path.
  package static func parameterCount(reading: (String) throws -> Data) -> Int? {
    guard let bytes = try? reading("config.json"),
      let file = try? ConfigurationFile(decoding: bytes, file: "config.json")
    else { return nil }
    return file.configuration.parameterCount(vocabularySize: file.vocabularySize)
  }
}

import TensorCore

/// A tensor that some files carry although it follows from the others. It is never read, so it has to
/// be what we compute in its place.
enum DerivedTensor {
  /// The head of a tied model.
  case head
  /// The frequencies of rotary embedding.
  case frequencies

  /// Nil for a tensor that does not follow from others in a model of this shape.
  init?(_ name: String, of shape: ModelConfiguration) {
    if shape.tiesEmbeddings, name == "lm_head.weight" {
      self = .head
    } else if name.hasSuffix(".rotary_emb.inv_freq") {
      self = .frequencies
    } else {
      return nil
    }
  }

  func shape(of configuration: ModelConfiguration, vocabularySize: Int) -> [Int] {
    switch self {
    case .head: [vocabularySize, configuration.hiddenSize]
    case .frequencies: [configuration.headSize / 2]
    }
  }

  /// Why a tensor is not what it follows from; nil when it is.
  func difference(of tensor: NamedTensor, in model: Transformer) -> String? {
    switch self {
    case .head:
      return tensor.values == model.outputTable.values
        ? nil
        : "tie_word_embeddings is set, but tensor '\(tensor.name)' is another than the embedding"
    case .frequencies:
      let shape = model.configuration
      // Files may hold them in half precision.
      let isRight = tensor.values.enumerated().allSatisfy { index, value in
        let expected = DeterministicMath.power(
          shape.rotaryTheta, -2 * Double(index) / Double(shape.headSize))
        return abs(Double(value) - expected) <= expected / 128 + 0x1p-24
      }
      return isRight
        ? nil : "tensor '\(tensor.name)' is not what rope_theta, \(shape.rotaryTheta), gives"
    }
  }
}

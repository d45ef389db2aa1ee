import TensorCore

/// A tensor that some files contain although it follows from others. It is never used, so it must
/// equal the values that we compute instead.
enum DerivedTensor {
  /// The output table (lm_head) of a model with tied embeddings.
  case head
  /// The frequencies of rotary embedding.
  case frequencies

  /// Nil for a tensor that is not derived from others in a model of this shape.
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

  /// The reason why a tensor in files differs from its derived value; nil if it does not.
  func difference(
    of name: String, in weights: any StoredWeights, from model: Transformer
  ) throws(ModelFileError) -> String? {
    switch self {
    case .head:
      for rows in weights.pieces(of: name) {
        let values = try weights.values(of: name, rows: rows)
        guard values == model.lmHead.values(rows: rows) else {
          return "tie_word_embeddings is set, but tensor '\(name)' is another than the embedding"
        }
      }
      return nil
    case .frequencies:
      let theta = model.configuration.rotaryTheta
      let values = try weights.values(of: name, rows: 0..<1)
      // Files may store the frequencies in half precision.
      let isRight = zip(values, model.parts.rotation.full.values).allSatisfy { value, expected in
        abs(Double(value) - expected) <= expected / 128 + 0x1p-24
      }
      return isRight ? nil : "tensor '\(name)' is not what rope_theta, \(theta), gives"
    }
  }
}

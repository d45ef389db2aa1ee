import TensorCore

/// A table with one row for each token of the vocabulary. It maps tokens to hidden states, [tokens]
/// to [tokens, hidden]; as `lm_head` its products with hidden states are logits.
struct Embedding: Sendable {
  /// The table `NAME.weight`: [vocabulary, hidden].
  let weight: Tensor
  /// The factor of hidden states; it does not apply to logits. Nil for 1.
  private let scale: Float?

  /// - Parameters:
  ///   - deviation: the standard deviation of the initial values.
  ///   - scale: the factor of hidden states.
  init(
    _ name: String, count: Int, size: Int, deviation: Double, scale: Float? = nil,
    _ builder: inout ParameterBuilder
  ) throws {
    weight = try builder.add(
      name + ".weight", shape: [count, size], .normal(deviation), mayBeKept: true)
    self.scale = scale
  }

  /// - Throws: `ShapeError` if a token is not in the vocabulary.
  func callAsFunction(_ tokens: [Int32], _ tape: Tape) throws -> Tensor {
    let rows = try tape.embedding(weight, tokens)
    guard let scale else { return rows }
    let backend = tape.backend
    return tape.custom(scaled(rows.storage, rows.shape, backend), from: [rows]) { dy, targets in
      guard let target = targets[0] else { return }
      backend.accumulate(scaled(dy, rows.shape, backend).storage, into: target)
    }

    func scaled(_ values: FloatStorage, _ shape: [Int], _ backend: any Backend) -> Tensor {
      let result = backend.makeTensor(shape)
      result.storage.copy(from: values, at: 0, count: values.count, to: 0)
      backend.scale(result.storage, by: scale)
      return result
    }
  }

  /// - Precondition: every token is in the vocabulary.
  func callAsFunction(_ tokens: [Int32], _ backend: any Backend) -> Tensor {
    let rows = backend.embedding(weight, tokens)
    if let scale { backend.scale(rows.storage, by: scale) }
    return rows
  }
}

import TensorCore

/// A table with one row for each token of the vocabulary. It maps tokens to hidden states, [tokens]
/// to [tokens, hidden]; as `lm_head` its products with hidden states are logits.
struct Embedding: Sendable {
  /// The table `NAME.weight`: [vocabulary, hidden].
  let weight: Tensor

  /// - Parameter deviation: the standard deviation of the initial values.
  init(
    _ name: String, count: Int, size: Int, deviation: Double, _ builder: inout ParameterBuilder
  ) throws {
    weight = try builder.add(name + ".weight", shape: [count, size], .normal(deviation))
  }

  /// - Throws: `ShapeError` if a token is not in the vocabulary.
  func callAsFunction(_ tokens: [Int32], _ tape: Tape) throws -> Tensor {
    try tape.embedding(weight, tokens)
  }

  /// - Precondition: every token is in the vocabulary.
  func callAsFunction(_ tokens: [Int32], _ backend: any Backend) -> Tensor {
    backend.embedding(weight, tokens)
  }
}

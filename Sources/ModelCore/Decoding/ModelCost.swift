import TensorCore

/// The arithmetic of running a model, a multiplication and an addition counting as two.
///
/// A token at position p, run through the model, costs 2 · (weights that multiply it) + 4 · layers ·
/// heads · head size · (p + 1): products with every matrix but the embedding and output tables, and
/// for every token it attends a score and a share of a value. A distribution over the vocabulary
/// costs 2 · vocabulary · hidden more, and is counted where one was computed. Norms, gates and
/// softmax are left out (Kaplan et al. 2020, arXiv 2001.08361 § 2.1).
package struct ModelCost: Sendable {
  package let perToken: Int
  /// For every attended token, itself included.
  package let perAttendedToken: Int
  package let perDistribution: Int

  package init(of model: Transformer) {
    let tables: Set = ["model.embed_tokens.weight", "lm_head.weight"]
    let multiplying = model.parameters.filter {
      $0.tensor.shape.count == 2 && !tables.contains($0.name)
    }
    let configuration = model.configuration
    perToken = 2 * multiplying.reduce(0) { $0 + $1.tensor.count }
    perAttendedToken =
      4 * configuration.layerCount * configuration.headCount * configuration.headSize
    perDistribution = 2 * model.vocabularySize * configuration.hiddenSize
  }

  /// Of the tokens at these positions of one sequence.
  package func run(_ positions: Range<Int>) -> Int {
    let attended = (positions.lowerBound + 1 + positions.upperBound) * positions.count / 2
    return perToken * positions.count + perAttendedToken * attended
  }
}

import TensorCore

/// The arithmetic of running a model, a multiplication and an addition counting as two.
///
/// A token at position p, run through the model, costs 2 · (weights that multiply it) + 4 · heads ·
/// head size · (tokens it attends, summed over layers): products with every matrix but the embedding
/// and output tables, and for every attended token a score and a share of a value. It attends p + 1
/// tokens in a layer of full attention, at most the window in a sliding one, none in others. A
/// distribution over the vocabulary costs 2 · vocabulary · hidden more, and is counted where one was
/// computed. Norms, gates and softmax are left out (Kaplan et al. 2020, arXiv 2001.08361 § 2.1).
package struct ModelCost: Sendable {
  package let perToken: Int
  /// For every token attended by one layer, the token itself included.
  package let perAttendedToken: Int
  package let perDistribution: Int
  private let fullLayerCount: Int
  private let slidingLayerCount: Int
  private let window: Int

  package init(of model: Transformer) {
    let tables: Set = ["model.embed_tokens.weight", "lm_head.weight"]
    let multiplying = model.parameters.filter {
      $0.tensor.shape.count == 2 && !tables.contains($0.name)
    }
    let configuration = model.configuration
    perToken = 2 * multiplying.reduce(0) { $0 + $1.tensor.count }
    perAttendedToken = 4 * configuration.headCount * configuration.headSize
    perDistribution = 2 * model.vocabularySize * configuration.hiddenSize
    fullLayerCount = configuration.layerPlan.count { $0 == CausalAttention.full.name }
    slidingLayerCount = configuration.layerPlan.count { $0 == CausalAttention.sliding.name }
    window = configuration.slidingWindow ?? .max
  }

  /// Of the tokens at these positions of one sequence.
  package func run(_ positions: Range<Int>) -> Int {
    let slides = positions.clamped(to: 0..<window)
    let seen = Self.sumOfCounts(positions)
    let seenInWindow = Self.sumOfCounts(slides) + (positions.count - slides.count) * window
    return perToken * positions.count
      + perAttendedToken * (fullLayerCount * seen + slidingLayerCount * seenInWindow)
  }

  /// Σ (p + 1).
  private static func sumOfCounts(_ positions: Range<Int>) -> Int {
    (positions.lowerBound + 1 + positions.upperBound) * positions.count / 2
  }
}

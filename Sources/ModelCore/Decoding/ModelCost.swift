import TensorCore

/// The arithmetic cost of running a model, where a multiplication and an addition count as two
/// operations.
///
/// A token at position p that runs through the model costs 2 · (weights that multiply it) + 4 ·
/// heads · head size · (tokens it attends to, summed over layers). The first term is for products
/// with every matrix except the embedding and output tables; the second is one score and one
/// weighted value for every attended token. The token attends to p + 1 tokens in a layer of full
/// attention, to at most the window in a sliding layer, and to none in other layers. A distribution
/// over the vocabulary costs another 2 · vocabulary · hidden, and is counted only if it was
/// computed. Norms, gates and softmax are left out (Kaplan et al. 2020, arXiv 2001.08361 § 2.1).
package struct ModelCost: Sendable {
  package let perToken: Int
  /// The cost of each token that one layer attends to, the token itself included.
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

  /// The cost of the tokens at these positions of one sequence.
  package func run(_ positions: Range<Int>) -> Int {
    let slides = positions.clamped(to: 0..<window)
    let seen = Self.sumOfCounts(positions)
    let seenInWindow = Self.sumOfCounts(slides) + (positions.count - slides.count) * window
    return perToken * positions.count
      + perAttendedToken * (fullLayerCount * seen + slidingLayerCount * seenInWindow)
  }

  /// The sum Σ (p + 1) over the positions.
  private static func sumOfCounts(_ positions: Range<Int>) -> Int {
    (positions.lowerBound + 1 + positions.upperBound) * positions.count / 2
  }
}

import TensorCore

/// The arithmetic cost of running a model, where a multiplication and an addition count as two
/// operations.
///
/// A token costs 2 · (weights that multiply it), for the products with every matrix except the
/// embedding and output tables, and what its mixers add: attention one score and one weighted value
/// for every attended token (see `Mixer.operations`). A distribution over the vocabulary costs
/// another 2 · vocabulary · hidden, and is counted only if it was computed. Norms, gates and
/// softmax are left out (Kaplan et al. 2020, arXiv 2001.08361 § 2.1).
package struct ModelCost: Sendable {
  package let perToken: Int
  package let perDistribution: Int
  private let mixers: [any Mixer]

  package init(of model: Transformer) {
    let tables = [model.parts.embedding.weight, model.lmHead]
    perToken = model.parameters.reduce(0) { sum, parameter in
      let tensor = parameter.tensor
      let multiplies = tensor.shape.count == 2 && !tables.contains { $0 === tensor }
      return multiplies ? sum + 2 * tensor.count : sum
    }
    perDistribution = 2 * model.lmHead.count
    mixers = model.parts.branches.map(\.mixer)
  }

  /// The cost of the tokens at these positions of one sequence.
  package func run(_ positions: Range<Int>) -> Int {
    mixers.reduce(perToken * positions.count) { $0 + $1.operations(at: positions) }
  }
}

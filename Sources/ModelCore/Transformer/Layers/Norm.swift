package import TensorCore

/// Root-mean-square norm (Zhang & Sennrich 2019, arXiv 1910.07467): x / √(mean(x²) + ε) · weight,
/// or in Gemma · (1 + weight). It maps [tokens, groups · size] to the same shape; each of the
/// groups, such as the heads of a query, is normalised by itself.
package struct Norm: Layer {
  /// The weight `NAME.weight`: [size]. The factor is initially 1.
  private let weight: Tensor
  /// Ones to be added to the weight: [size]; nil if the weight is the factor.
  private let offset: Tensor?
  private let groups: Int
  private let epsilon: Float

  /// - Parameter hasUnitOffset: true for a factor of 1 + weight.
  package init(
    _ name: String, size: Int, groups: Int = 1, epsilon: Double, hasUnitOffset: Bool = false,
    _ builder: inout ParameterBuilder
  ) throws {
    weight = try builder.add(
      name + ".weight", shape: [size], hasUnitOffset ? .zeros : .ones)
    // A weight that is only described has no values, and its file may claim any size.
    offset =
      hasUnitOffset && weight.shape == [size]
      ? Tensor(shape: [size], values: [Float](repeating: 1, count: size)) : nil
    self.groups = groups
    self.epsilon = Float(epsilon)
  }

  package func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
    try tape.rmsNorm(x, weight, offset: offset, epsilon: epsilon, groups: groups)
  }

  package func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor {
    let factor = offset.map { backend.add($0, weight) } ?? weight
    return backend.rmsNorm(x, factor, epsilon: epsilon)
  }
}

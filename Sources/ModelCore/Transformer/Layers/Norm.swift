package import TensorCore

/// Root-mean-square norm (Zhang & Sennrich 2019, arXiv 1910.07467): x / √(mean(x²) + ε) · weight.
/// It maps [tokens, groups · size] to the same shape; each of the groups, such as the heads of a
/// query, is normalised by itself.
package struct Norm: Layer {
  /// The weight `NAME.weight`: [size], initially 1.
  private let weight: Tensor
  private let groups: Int
  private let epsilon: Float

  package init(
    _ name: String, size: Int, groups: Int = 1, epsilon: Double,
    _ builder: inout ParameterBuilder
  ) throws {
    weight = try builder.add(name + ".weight", shape: [size], .ones)
    self.groups = groups
    self.epsilon = Float(epsilon)
  }

  package func callAsFunction(_ x: Tensor, _ tape: Tape) throws -> Tensor {
    try tape.rmsNorm(x, weight, epsilon: epsilon, groups: groups)
  }

  package func callAsFunction(_ x: Tensor, _ backend: any Backend) -> Tensor {
    backend.rmsNorm(x, weight, epsilon: epsilon)
  }
}

package import TensorCore

/// A weight of a model.
package struct Parameter: Sendable {
  /// Hugging Face's name, as files have it.
  package let name: String
  /// In memory a linear layer's weight is [in, out].
  package let tensor: Tensor
  /// Whether files hold the transpose: linear layers are [out, in] there.
  package let isTransposedInFiles: Bool
}

/// What a parameter is before it has values.
package struct ParameterDescription: Sendable, Hashable {
  package enum Start: Sendable, Hashable {
    case ones
    case zeros
    /// Normally distributed around 0 with this standard deviation.
    case normal(Double)
  }

  package let name: String
  package let shape: [Int]
  package let start: Start
  package let isTransposedInFiles: Bool
}

/// Collects the parameters while the parts of a model are made, in the order they are asked for.
package struct ParameterBuilder {
  private(set) var parameters: [Parameter] = []
  /// What was asked for, in the same order.
  private(set) var descriptions: [ParameterDescription] = []
  private let values: ((ParameterDescription) throws -> [Float])?

  /// - Parameter values: row-major values of a parameter, in the shape of memory. Without it the
  ///   weights are only described: the parts that are made have empty ones, and cannot be run.
  init(values: ((ParameterDescription) throws -> [Float])? = nil) {
    self.values = values
  }

  /// A norm's weight, 1 at the start.
  package mutating func norm(_ name: String, size: Int) throws -> Tensor {
    try add(name, shape: [size], .ones)
  }

  /// A linear layer's bias, 0 at the start.
  package mutating func bias(_ name: String, size: Int) throws -> Tensor {
    try add(name, shape: [size], .zeros)
  }

  /// [inputs, outputs]: a linear layer whose weights start at N(0, scale² / fan_in).
  package mutating func linear(
    _ name: String, from inputs: Int, to outputs: Int, scale: Double = 1
  ) throws -> Tensor {
    try add(
      name, shape: [inputs, outputs], .normal(scale / Double(inputs).squareRoot()),
      isTransposedInFiles: true)
  }

  /// Any other parameter. Its name in files, unique in the model, begins with its layer's prefix.
  package mutating func add(
    _ name: String, shape: [Int], _ start: ParameterDescription.Start,
    isTransposedInFiles: Bool = false
  ) throws -> Tensor {
    let description = ParameterDescription(
      name: name, shape: shape, start: start, isTransposedInFiles: isTransposedInFiles)
    descriptions.append(description)
    let tensor =
      try values.map { Tensor(shape: shape, values: try $0(description)) } ?? Tensor(shape: [0])
    tensor.requiresGradient = true
    parameters.append(
      Parameter(name: name, tensor: tensor, isTransposedInFiles: isTransposedInFiles))
    return tensor
  }
}

extension ParameterDescription {
  /// Its shape as files have it.
  var shapeInFiles: [Int] { isTransposedInFiles ? shape.reversed() : shape }

  /// Starting values from a stream of their own, so that a parameter more or less in the model
  /// leaves the others as they were.
  func startingValues(seed: UInt64) -> [Float] {
    let count = shape.reduce(1, *)
    switch start {
    case .ones: return [Float](repeating: 1, count: count)
    case .zeros: return [Float](repeating: 0, count: count)
    case .normal(let deviation):
      var stream = RandomStream(seed: seed, purpose: "init " + name)
      return (0..<count).map { _ in Float(deviation * stream.normal()) }
    }
  }
}

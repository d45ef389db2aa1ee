package import TensorCore

/// A weight of a model.
package struct Parameter: Sendable {
  /// The name in Hugging Face's files.
  package let name: String
  /// The values. The weight of a linear layer is [in, out] in memory.
  package let tensor: Tensor
  /// True if files store the transpose: linear layers are [out, in] there.
  package let isTransposedInFiles: Bool
}

/// A parameter before it has values: its name, its shape and how it is initialised.
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

/// Collects parameters while the parts of a model are made, in the order of the requests.
package struct ParameterBuilder {
  private(set) var parameters: [Parameter] = []
  /// The descriptions of the requested parameters, in the same order.
  private(set) var descriptions: [ParameterDescription] = []
  private let values: ((ParameterDescription) throws -> [Float])?

  /// - Parameter values: returns row-major values for a parameter, in the shape used in memory. If
  ///   it is nil, weights are only described: the parts have empty weights and cannot run.
  init(values: ((ParameterDescription) throws -> [Float])? = nil) {
    self.values = values
  }

  /// Adds the weight of a norm, initially 1.
  package mutating func norm(_ name: String, size: Int) throws -> Tensor {
    try add(name, shape: [size], .ones)
  }

  /// Adds the bias of a linear layer, initially 0.
  package mutating func bias(_ name: String, size: Int) throws -> Tensor {
    try add(name, shape: [size], .zeros)
  }

  /// Adds the weight of a linear layer, [inputs, outputs], initially N(0, scale² / fan_in).
  package mutating func linear(
    _ name: String, from inputs: Int, to outputs: Int, scale: Double = 1
  ) throws -> Tensor {
    try add(
      name, shape: [inputs, outputs], .normal(scale / Double(inputs).squareRoot()),
      isTransposedInFiles: true)
  }

  /// Adds any other parameter. Its name in files is unique in the model and begins with its layer's
  /// prefix.
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
  /// The shape in files.
  var shapeInFiles: [Int] { isTransposedInFiles ? shape.reversed() : shape }

  /// Initial values from the parameter's own random stream, so that adding or removing another
  /// parameter does not change them.
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

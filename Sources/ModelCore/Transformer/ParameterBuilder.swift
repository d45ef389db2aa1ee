package import TensorCore

/// A weight of a model.
package struct Parameter: Sendable {
  /// The name in Hugging Face's files.
  package let name: String
  /// The values. The weight of a linear layer is [in, out] in memory.
  package let tensor: Tensor
  /// True if files store the transpose: linear layers are [out, in] there.
  package let isTransposedInFiles: Bool
  /// True if it belongs to an adapter, not to the model that is adapted.
  package let isAdapter: Bool
}

/// A parameter before it has values: its name, its shape and how it is initialised.
package struct ParameterDescription: Sendable, Hashable {
  package enum Start: Sendable, Hashable {
    case ones
    case zeros
    /// Normally distributed around 0 with this standard deviation.
    case normal(Double)
    /// Uniform between minus this bound and the bound.
    case uniform(Double)
  }

  package let name: String
  package let shape: [Int]
  package let start: Start
  package let isTransposedInFiles: Bool
  /// True for a matrix that only products and gathering read, so that it may be a kept weight.
  package let mayBeKept: Bool
  /// True if it belongs to an adapter.
  package var isAdapter = false
}

/// Collects parameters while the parts of a model are made, in the order of the requests.
package struct ParameterBuilder {
  private(set) var parameters: [Parameter] = []
  /// The descriptions of the requested parameters, in the same order.
  private(set) var descriptions: [ParameterDescription] = []
  private let make: ((ParameterDescription) throws -> Tensor)?
  private let adapt: Adapt?
  /// True if only adapters learn: their model's weights are left as they are.
  private let freezesModel: Bool

  /// Returns the layer that takes the place of a linear one, such as itself or a low-rank adapter
  /// around it (LoRA).
  package typealias Adapt =
    @Sendable (Linear, inout ParameterBuilder) throws -> any Layer

  /// - Parameter tensors: returns a parameter's values, a new tensor in the shape used in memory.
  ///   If it is nil, weights are only described: the parts have empty weights and cannot run.
  init(
    tensors: ((ParameterDescription) throws -> Tensor)? = nil, adapt: Adapt? = nil,
    freezesModel: Bool = false
  ) {
    make = tensors
    self.adapt = adapt
    self.freezesModel = freezesModel
  }

  /// Adds a linear layer, or whatever `adapt` puts in its place. See `Linear` for the parameters.
  package mutating func linear(
    _ name: String, from inputs: Int, to outputs: Int, bias: Bool = false, scale: Double = 1
  ) throws -> any Layer {
    let linear = try Linear(
      name, from: inputs, to: outputs, bias: bias, scale: scale, &self)
    return try adapt?(linear, &self) ?? linear
  }

  /// Adds any other parameter. Its name in files is unique in the model and begins with its layer's
  /// prefix.
  /// - Parameter mayBeKept: true for a matrix that only products and gathering read.
  package mutating func add(
    _ name: String, shape: [Int], _ start: ParameterDescription.Start,
    isTransposedInFiles: Bool = false, mayBeKept: Bool = false, isAdapter: Bool = false
  ) throws -> Tensor {
    let description = ParameterDescription(
      name: name, shape: shape, start: start, isTransposedInFiles: isTransposedInFiles,
      mayBeKept: mayBeKept, isAdapter: isAdapter)
    descriptions.append(description)
    let tensor = try make.map { try $0(description) } ?? Tensor(shape: [0])
    precondition(make == nil || tensor.shape == shape, "a tensor of the parameter's shape")
    // A frozen model may be shared by models that run now, so its tensors are not even written.
    if isAdapter || !freezesModel, !tensor.isKept { tensor.requiresGradient = true }
    parameters.append(
      Parameter(
        name: name, tensor: tensor, isTransposedInFiles: isTransposedInFiles,
        isAdapter: isAdapter))
    return tensor
  }
}

extension ParameterDescription {
  /// The same parameter under another name.
  func renamed(_ name: String) -> ParameterDescription {
    ParameterDescription(
      name: name, shape: shape, start: start, isTransposedInFiles: isTransposedInFiles,
      mayBeKept: mayBeKept, isAdapter: isAdapter)
  }

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
    case .uniform(let bound):
      var stream = RandomStream(seed: seed, purpose: "init " + name)
      return (0..<count).map { _ in Float(bound * (2 * stream.nextUniform() - 1)) }
    }
  }
}

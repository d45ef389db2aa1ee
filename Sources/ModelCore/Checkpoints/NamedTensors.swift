package import TensorCore

/// One tensor as a file holds it.
package struct NamedTensor: Sendable, Hashable {
  package var name: String
  package var shape: [Int]
  /// Row-major, as many as the product of `shape`.
  package var values: [Float]

  package init(name: String, shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "as many values as the shape holds")
    self.name = name
    self.shape = shape
    self.values = values
  }

  package init(name: String, _ tensor: Tensor) {
    self.init(name: name, shape: tensor.shape, values: tensor.values)
  }
}

/// A set of named tensors: a model's weights, an optimiser's moments. Encodes to safetensors.
package struct NamedTensors: Sendable, Hashable {
  /// Sorted by name, in the order of their UTF-8 bytes; names are distinct.
  package private(set) var tensors: [NamedTensor]

  /// - Precondition: the names are distinct.
  package init(_ tensors: [NamedTensor] = []) {
    self.tensors = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    precondition(
      zip(self.tensors, self.tensors.dropFirst()).allSatisfy { $0.name != $1.name },
      "tensor names are distinct")
  }

  package var names: [String] { tensors.map(\.name) }

  package subscript(name: String) -> NamedTensor? {
    var low = 0
    var high = tensors.count
    while low < high {
      let middle = (low + high) / 2
      if tensors[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < tensors.count && tensors[low].name == name ? tensors[low] : nil
  }
}

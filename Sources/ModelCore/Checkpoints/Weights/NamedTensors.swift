import Algorithms
package import TensorCore

/// One tensor in the layout of a file.
package struct NamedTensor: Sendable, Hashable {
  package var name: String
  package var shape: [Int]
  /// The values in row-major order; their number is the product of `shape`.
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

/// A set of named tensors, such as a model's weights or an optimizer's moments. It is stored as
/// safetensors.
package struct NamedTensors: Sendable, Hashable {
  /// Sorted by name, in the order of UTF-8 bytes; names are unique.
  package private(set) var tensors: [NamedTensor]

  /// - Precondition: the names are unique.
  package init(_ tensors: [NamedTensor] = []) {
    self.tensors = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    precondition(
      self.tensors.adjacentPairs().allSatisfy { $0.name != $1.name },
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

/// Row-major floats with a shape and, when asked for, a gradient.
///
/// Activations are `[tokens, channels]`, all sequences of a batch one after another (see
/// `SequenceLayout`); there is no padding and no batch dimension.
///
/// Not for use from two threads at once; a backend's threads work on it inside an operation.
package final class Tensor: @unchecked Sendable {
  package let shape: [Int]
  package let storage: FloatStorage
  package var requiresGradient = false
  /// d loss / d self of the first use by each tape; nil until a backward pass reaches the tensor.
  package internal(set) var gradient: FloatStorage?
  /// The same for the second and later uses by one tape, in order of use.
  ///
  /// They are kept apart because a parameter used twice (a tied embedding) would otherwise add up
  /// use by use within a micro-batch, and the sum's order would depend on how a batch is split.
  package internal(set) var laterGradients: [FloatStorage?] = []

  package init(shape: [Int], storage: FloatStorage) {
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == storage.count)
    self.shape = shape
    self.storage = storage
  }

  /// Zeros.
  package convenience init(shape: [Int]) {
    self.init(shape: shape, storage: FloatStorage(count: shape.reduce(1, *)))
  }

  /// - Precondition: `values.count` is the product of `shape`.
  package convenience init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *))
    let storage = FloatStorage(count: values.count, pool: nil, zeroed: false)
    storage.copy(from: values)
    self.init(shape: shape, storage: storage)
  }

  package var count: Int { storage.count }

  package var values: [Float] {
    get { storage.values }
    set { fill(from: newValue) }
  }

  /// - Precondition: `values.count == count`.
  package func fill(from values: [Float]) {
    precondition(values.count == count)
    storage.copy(from: values)
  }

  /// The first dimension, and the product of the others.
  package var rows: Int { shape.first ?? 1 }
  package var columns: Int { shape.dropFirst().reduce(1, *) }

  /// The gradient of all uses together; zeros when there is none.
  package var gradientValues: [Float] {
    var sum = gradient?.values ?? [Float](repeating: 0, count: count)
    for later in laterGradients {
      guard let later else { continue }
      let values = later.values
      for index in sum.indices { sum[index] += values[index] }
    }
    return sum
  }

  package func zeroGradient() {
    gradient = nil
    laterGradients = []
  }

  /// Folds the gradients of later uses into the first. Optimisers call it after the last micro-batch.
  package func settleGradient() {
    guard laterGradients.contains(where: { $0 != nil }) else { return }
    let sum = gradientValues
    let settled = gradient ?? FloatStorage(count: count)
    settled.copy(from: sum)
    gradient = settled
    laterGradients = []
  }
}

import Synchronization

/// Row-major floats with a shape and, if requested, a gradient.
///
/// Activations are `[tokens, channels]`, with all sequences of a batch one after another (see
/// `SequenceLayout`); there is no padding and no batch dimension.
///
/// One thread at a time may write it; a backend's threads work on it inside an operation.
package final class Tensor: @unchecked Sendable {
  package let shape: [Int]
  package let storage: FloatStorage
  package var requiresGradient = false
  /// The matrix and its transpose, packed for the product kernels and kept between uses. Locked,
  /// because shares of a batch that run in parallel use the same weights.
  let packed = Mutex<PackedMatrix?>(nil)
  let packedTransposed = Mutex<PackedMatrix?>(nil)
  /// The slot in which backward passes accumulate d loss / d self.
  package let gradientSlot: GradientSlot

  package init(shape: [Int], storage: FloatStorage) {
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == storage.count)
    self.shape = shape
    self.storage = storage
    gradientSlot = GradientSlot(count: storage.count)
  }

  /// Creates a tensor of zeros.
  package convenience init(shape: [Int]) {
    self.init(shape: shape, storage: FloatStorage(count: shape.reduce(1, *)))
  }

  /// Creates a tensor with the given values.
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

  /// Overwrites all values.
  /// - Precondition: `values.count == count`.
  package func fill(from values: [Float]) {
    precondition(values.count == count)
    storage.copy(from: values)
  }

  /// Number of rows (the first dimension) and of columns (the product of the others).
  package var rows: Int { shape.first ?? 1 }
  package var columns: Int { shape.dropFirst().reduce(1, *) }

  /// d loss / d self of the first use by each tape; of all uses after `settleGradient`.
  package var gradient: FloatStorage? { gradientSlot.first }

  /// The gradient of all uses together; zeros if there is none.
  package var gradientValues: [Float] {
    var sum = gradientSlot.first?.values ?? [Float](repeating: 0, count: count)
    for case let later? in gradientSlot.later {
      let values = later.values
      for index in sum.indices { sum[index] += values[index] }
    }
    return sum
  }

  package func zeroGradient() {
    gradientSlot.clear()
  }

  /// Adds the gradients of later uses to the first. Optimisers call it after the last micro-batch.
  package func settleGradient(on backend: any Backend) {
    gradientSlot.settle(on: backend)
  }
}

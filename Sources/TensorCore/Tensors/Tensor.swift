import Synchronization

/// Row-major floats with a shape and, when asked for, a gradient.
///
/// Activations are `[tokens, channels]`, all sequences of a batch one after another (see
/// `SequenceLayout`); there is no padding and no batch dimension.
///
/// One thread at a time may write it; a backend's threads work on it inside an operation.
package final class Tensor: @unchecked Sendable {
  package let shape: [Int]
  package let storage: FloatStorage
  package var requiresGradient = false
  /// The matrix and its transpose as the product kernels read them, kept from use to use. Locked,
  /// since parts of a batch that run side by side share their weights.
  let packed = Mutex<PackedMatrix?>(nil)
  let packedTransposed = Mutex<PackedMatrix?>(nil)
  /// Where backward passes leave d loss / d self.
  package let gradientSlot: GradientSlot

  package init(shape: [Int], storage: FloatStorage) {
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == storage.count)
    self.shape = shape
    self.storage = storage
    gradientSlot = GradientSlot(count: storage.count)
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

  /// d loss / d self of the first use by each tape; of all uses after `settleGradient`.
  package var gradient: FloatStorage? { gradientSlot.first }

  /// The gradient of all uses together; zeros when there is none.
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

  /// Folds the gradients of later uses into the first. Optimisers call it after the last micro-batch.
  package func settleGradient(on backend: any Backend) {
    gradientSlot.settle(on: backend)
  }
}

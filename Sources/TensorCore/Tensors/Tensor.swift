import Synchronization

/// Row-major floats with a shape and, if requested, a gradient.
///
/// Activations are `[tokens, channels]`, with all sequences of a batch one after another (see
/// `SequenceLayout`); there is no padding and no batch dimension.
///
/// One thread at a time may write it; a backend's threads work on it inside an operation.
package final class Tensor: @unchecked Sendable {
  package let shape: [Int]
  /// The form in which the values are in memory.
  package let content: Content
  /// True if backward passes compute d loss / d self.
  /// - Precondition: a kept weight never requires a gradient.
  package var requiresGradient = false {
    didSet { precondition(!requiresGradient || !isKept, "a kept weight is only read") }
  }
  /// The matrix and its transpose, packed for the product kernels and kept between uses. Locked,
  /// because shares of a batch that run in parallel use the same weights.
  let packed = Mutex<PackedMatrix?>(nil)
  let packedTransposed = Mutex<PackedMatrix?>(nil)
  /// The slot in which backward passes accumulate d loss / d self.
  package let gradientSlot: GradientSlot

  package enum Content: Sendable {
    case floats(FloatStorage)
    /// A weight that is only read. The tensor is [outputs, inputs], or if it is transposed,
    /// [inputs, outputs].
    case kept(KeptMatrix, isTransposed: Bool)
  }

  package init(shape: [Int], storage: FloatStorage) {
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == storage.count)
    self.shape = shape
    content = .floats(storage)
    count = storage.count
    gradientSlot = GradientSlot(count: count)
  }

  /// Creates a weight that only products and gathering read.
  /// - Parameter isTransposed: true for a tensor of [inputs, outputs], such as that of a linear
  ///   layer; false for one of [outputs, inputs], such as a table with a row for each token.
  package init(_ matrix: KeptMatrix, isTransposed: Bool) {
    let shape = [matrix.outputs, matrix.inputs]
    self.shape = isTransposed ? shape.reversed() : shape
    content = .kept(matrix, isTransposed: isTransposed)
    count = matrix.outputs * matrix.inputs
    gradientSlot = GradientSlot(count: count)
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

  /// The number of values.
  package let count: Int

  /// The floats.
  /// - Precondition: the tensor is not kept.
  package var storage: FloatStorage {
    guard case .floats(let storage) = content else {
      preconditionFailure("a kept weight has no floats")
    }
    return storage
  }

  /// True for a weight that is only read and has no floats in memory.
  package var isKept: Bool {
    if case .kept = content { true } else { false }
  }

  /// All values; those of a kept weight are widened.
  package var values: [Float] {
    get {
      switch content {
      case .floats(let storage): return storage.values
      case .kept(let matrix, let isTransposed):
        let values = matrix.values(rows: 0..<matrix.outputs)
        guard isTransposed else { return values }
        let turned = FloatStorage(count: count, pool: nil, zeroed: false)
        if count > 0 {
          turned.copy(
            transposing: values, columns: matrix.inputs, to: 0, width: matrix.outputs)
        }
        return turned.values
      }
    }
    set { fill(from: newValue) }
  }

  /// The values of some rows, widened.
  /// - Precondition: the tensor is no transposed kept weight.
  package func values(rows: Range<Int>) -> [Float] {
    switch content {
    case .floats(let storage):
      return storage.values(in: (rows.lowerBound * columns)..<(rows.upperBound * columns))
    case .kept(let matrix, let isTransposed):
      precondition(!isTransposed, "rows that lie together")
      return matrix.values(rows: rows)
    }
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

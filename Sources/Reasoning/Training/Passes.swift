package import TensorCore

/// How a batch is divided into passes of the model, each forward and backward.
package struct Passes {
  /// About as many tokens as keep the activations of an operation in the caches; more only costs
  /// memory.
  private static let tokens = 1024

  /// The most sequences of a pass.
  let microBatchSize: Int
  /// The most tokens of a pass of several sequences.
  let tokenLimit: Int

  package init(microBatchSize: Int, backend: any Backend) {
    self.microBatchSize = microBatchSize
    // Where bits depend on the division, the pipeline's field alone decides it.
    tokenLimit = backend.isBatchInvariant ? Self.tokens : .max
  }

  /// Consecutive ranges of sequences with these lengths.
  package func ranges(of lengths: [Int]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var count = 0
    for (index, length) in lengths.enumerated() {
      if index > start, count > tokenLimit - length || index - start == microBatchSize {
        ranges.append(start..<index)
        (start, count) = (index, 0)
      }
      count += length
    }
    if start < lengths.count { ranges.append(start..<lengths.count) }
    return ranges
  }
}

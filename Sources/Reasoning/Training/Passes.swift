import TensorCore

/// How a batch is divided into passes of the model, each forward and backward.
struct Passes {
  /// About as many tokens as keep the activations of an operation in the caches; more only costs
  /// memory.
  private static let tokens = 1024

  /// The most sequences of a pass.
  let microBatchSize: Int
  let backend: any Backend

  /// Consecutive ranges of sequences with these lengths. Where bits do not depend on the division, a
  /// pass ends before it exceeds what is quick, unless one sequence alone is longer.
  func ranges(of lengths: [Int]) -> [Range<Int>] {
    guard backend.isBatchInvariant else { return lengths.chunkRanges(of: microBatchSize) }
    var ranges: [Range<Int>] = []
    var start = 0
    var count = 0
    for (index, length) in lengths.enumerated() {
      if index > start, count + length > Self.tokens || index - start == microBatchSize {
        ranges.append(start..<index)
        (start, count) = (index, 0)
      }
      count += length
    }
    if start < lengths.count { ranges.append(start..<lengths.count) }
    return ranges
  }
}

package import TensorCore

/// Divides a batch into passes of the model, each forward and backward.
package struct MicroBatching {
  /// About the number of tokens whose activations in one operation fit in the caches; more would
  /// only cost memory.
  private static let tokens = 1024

  /// The most sequences in a pass.
  let microBatchSize: Int
  /// The most tokens in a pass of several sequences.
  let tokenLimit: Int

  package init(microBatchSize: Int, backend: any Backend) {
    self.microBatchSize = microBatchSize
    // If the division changes the bits, only the pipeline's field may decide it.
    tokenLimit = backend.continuesSums ? Self.tokens : .max
  }

  /// The most tokens of a pass over at most `sequences` of at most `longest` tokens each.
  package static func mostTokens(
    sequences: Int, longest: Int, isBatchInvariant: Bool
  ) -> Int {
    let (all, overflows) = sequences.multipliedReportingOverflow(by: longest)
    let wanted = overflows ? Int.max : all
    return isBatchInvariant ? min(wanted, max(longest, tokens)) : wanted
  }

  /// Divides sequences of these lengths into consecutive ranges.
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

/// The placement of a batch's sequences, one after another in the rows of an activation.
///
/// Sequence `s` occupies rows `offsets[s] ..< offsets[s + 1]`; positions restart at 0 in each.
package struct SequenceLayout: Sendable, Hashable {
  /// First rows of the sequences, and one more: the first is 0, the last the number of tokens.
  package let offsets: [Int]

  /// Creates the layout.
  /// - Precondition: no length is negative.
  package init(lengths: [Int]) {
    precondition(lengths.allSatisfy { $0 >= 0 })
    var offsets = [0]
    offsets.reserveCapacity(lengths.count + 1)
    for length in lengths { offsets.append(offsets[offsets.count - 1] + length) }
    self.offsets = offsets
  }

  package var sequenceCount: Int { offsets.count - 1 }
  package var tokenCount: Int { offsets[offsets.count - 1] }

  package func length(of sequence: Int) -> Int { offsets[sequence + 1] - offsets[sequence] }
  package func rows(of sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }

  package var maxLength: Int {
    (0..<sequenceCount).map { length(of: $0) }.max() ?? 0
  }

  /// The position of every row within its sequence.
  package var positions: [Int32] {
    var positions = [Int32]()
    positions.reserveCapacity(tokenCount)
    for sequence in 0..<sequenceCount {
      for position in 0..<length(of: sequence) { positions.append(Int32(position)) }
    }
    return positions
  }
}

/// Names the random numbers of tokens in one training pass: by the seed, the update, the sequence
/// that a token is in and its position there.
///
/// A sequence is known by its tokens, not by its place in a batch: batches may be divided, packed
/// and resumed in any way without a change of these numbers.
package struct TokenNoise: Sendable {
  private let seed: UInt64
  private let update: UInt64
  /// The digest of every token's sequence, and its position.
  private let rows: [(sequence: UInt64, position: UInt64)]

  /// - Parameters:
  ///   - update: counts the updates of the weights.
  ///   - tokens: the tokens of all sequences in order.
  package init(seed: UInt64, update: Int, tokens: [Int32], layout: SequenceLayout) {
    precondition(tokens.count == layout.tokenCount, "a layout of the tokens")
    self.seed = seed
    self.update = UInt64(update)
    rows = (0..<layout.sequenceCount).flatMap { sequence in
      let range = layout.rows(of: sequence)
      let name = RandomStream(
        seed: 0, purpose: "sequence", coordinates: tokens[range].map { UInt64(UInt32($0)) })
      let digest = name.word(at: 0)
      return range.map { (digest, UInt64($0 - range.lowerBound)) }
    }
  }

  package var rowCount: Int { rows.count }

  /// The random numbers of a row for one purpose.
  package func stream(ofRow row: Int, purpose: String) -> RandomStream {
    RandomStream(
      seed: seed, purpose: purpose,
      coordinates: [update, rows[row].sequence, rows[row].position])
  }
}

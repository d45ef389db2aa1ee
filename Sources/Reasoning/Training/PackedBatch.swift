package import TensorCore

/// Token sequences packed end to end for one forward pass, with the predictions to score.
///
/// The first n - 1 tokens of a sequence of n are fed, and the row of token i predicts token i + 1.
package struct PackedBatch: Sendable {
  /// The tokens fed, all sequences in order.
  package let tokens: [Int32]
  package let layout: SequenceLayout
  /// The rows whose prediction is scored, in order.
  package let rows: [Int32]
  /// The token that each of these rows should predict.
  package let targets: [Int32]

  /// Packs sequences.
  /// - Parameter scored: for each sequence, a mask of its tokens whose predictions are scored; the
  ///   first token is never predicted and its entry is ignored.
  /// - Precondition: every sequence has at least two tokens and one entry of `scored` per token.
  package init(sequences: [(tokens: [Int32], scored: [Bool])]) {
    var tokens: [Int32] = []
    var rows: [Int32] = []
    var targets: [Int32] = []
    for sequence in sequences {
      precondition(sequence.tokens.count >= 2 && sequence.tokens.count == sequence.scored.count)
      let start = tokens.count
      tokens.append(contentsOf: sequence.tokens.dropLast())
      for index in 1..<sequence.tokens.count where sequence.scored[index] {
        rows.append(Int32(start + index - 1))
        targets.append(sequence.tokens[index])
      }
    }
    self.tokens = tokens
    self.rows = rows
    self.targets = targets
    layout = SequenceLayout(lengths: sequences.map { $0.tokens.count - 1 })
  }
}

/// What a session wrote after its prompt, token by token.
package struct SessionTrace: Sendable, Hashable {
  package let tokens: [Int32]
  /// Of each token under softmax(logits / temperature) with banned ids masked; at temperature 0,
  /// under temperature 1. In `exact` these are the trainer's bits.
  ///
  /// This is the model's own distribution, which a trainer can compute again. What else decides a
  /// draw (top-k, top-p, min-p, repetition penalty, a scaled stop token, a caller's processor) does
  /// not show in it; a token drawn with those has come with another probability than this.
  package let logProbabilities: [Float]
  /// Whether each token was drawn; others were appended, or forced by the settings.
  package let isSampled: [Bool]
  /// The first tokens that were taken over from another session by a fork, with log-probabilities
  /// under that one's settings.
  package let inheritedCount: Int
  /// Nil when the session was closed before it came to an end.
  package let stop: StopReason?
  /// Where asked for, [tokens, hidden]: the last layer's normalised state from whose product with the
  /// output table each token was drawn or scored.
  package let hiddenStates: [Float]?
  package let ledger: CostLedger
}

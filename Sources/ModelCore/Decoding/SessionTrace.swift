/// The tokens of a session after its prompt, with the data of each.
package struct SessionTrace: Sendable, Hashable {
  package let tokens: [Int32]
  /// Log-probability of each token under softmax(logits / temperature) with banned tokens removed;
  /// at temperature 0, under temperature 1. In `exact` these have the trainer's bits.
  ///
  /// This is the model's own distribution, which a trainer can recompute. Other settings that
  /// affect sampling (top-k, top-p, min-p, repetition penalty, a scaled stop token, a caller's
  /// processor) are not included: with them, a token was sampled with a different probability.
  package let logProbabilities: [Float]
  /// True for tokens that were sampled; false for tokens that were appended or forced by the
  /// settings.
  package let isSampled: [Bool]
  /// The number of first tokens that a fork took from another session; their log-probabilities are
  /// under the other session's settings.
  package let inheritedCount: Int
  /// Nil if the session was closed before it ended.
  package let stop: StopReason?
  /// If requested, [tokens, hidden]: the last layer's normalised state for each token. Its product
  /// with the output table gave the logits from which the token was sampled or scored.
  package let hiddenStates: [Float]?
  package let ledger: CostLedger
}

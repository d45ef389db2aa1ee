/// A sequence with the inputs of its loss.
struct ScoredSequence {
  var sequence: TrainingSequence
  /// One advantage per sampled token.
  var advantages: [Double]
  /// Log-probabilities of the sampled tokens under the reference policy.
  var reference: [Float]?

  var movesNothing: Bool { advantages.allSatisfy { $0 == 0 } }
}

/// An episode with the advantages of its tokens. The loss's normalisers count it as one response,
/// including its summaries.
struct ScoredEpisode {
  /// The response, then the summaries of its cuts.
  var parts: [ScoredSequence]
  /// True if the episode is excluded from the loss because it is unfinished.
  var isMasked: Bool

  /// Number of tokens that the loss counts.
  var tokenCount: Int { isMasked ? 0 : parts.reduce(0) { $0 + $1.advantages.count } }
}

/// A sequence with what the loss needs of it.
struct ScoredSequence {
  var sequence: TrainingSequence
  /// One a chosen token.
  var advantages: [Double]
  /// Log-probabilities of the chosen tokens under the reference policy.
  var reference: [Float]?

  var movesNothing: Bool { advantages.allSatisfy { $0 == 0 } }
}

/// An episode with the advantages of its tokens. For the loss's normalisers it counts as one
/// response, its summaries included.
struct ScoredEpisode {
  /// The response, then the summaries of its cuts.
  var parts: [ScoredSequence]
  /// Left out of the loss, for being unfinished.
  var isMasked: Bool

  /// How many tokens the loss counts.
  var tokenCount: Int { isMasked ? 0 : parts.reduce(0) { $0 + $1.advantages.count } }
}

/// What is wanted of one row of logits: a token, and its log-probability under
/// softmax(logits / temperature) with `banned` ids masked.
package struct LogitRow: Sendable {
  package enum Choice: Sendable {
    /// This token; nothing is drawn.
    case score(Int32)
    /// The token that a number in [0, 1) means in the cumulative distribution: `uniform(at:)`.
    case draw(RandomStream, at: UInt64)
    /// The likeliest token, the lowest id among equals.
    case likeliest
  }

  package let temperature: Float
  package let banned: [Int32]
  package let choice: Choice
  /// Whether the token comes from logits that were processed; the log-probability never does.
  package let isProcessed: Bool

  package init(temperature: Float, banned: [Int32], choice: Choice, isProcessed: Bool = false) {
    self.temperature = temperature
    self.banned = banned
    self.choice = choice
    self.isProcessed = isProcessed
  }
}

/// A token with its log-probability.
package struct ChosenToken: Sendable, Hashable {
  /// -1 when no token has a probability above zero, as with NaN among the logits.
  package let token: Int32
  package let logProbability: Float

  package init(token: Int32, logProbability: Float) {
    self.token = token
    self.logProbability = logProbability
  }
}

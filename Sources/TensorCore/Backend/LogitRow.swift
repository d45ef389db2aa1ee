/// A request for one row of logits: a token, and its log-probability under softmax(logits /
/// temperature) with `banned` ids masked.
package struct LogitRow: Sendable {
  package enum Choice: Sendable {
    /// A given token; nothing is sampled.
    case score(Int32)
    /// The token that a uniform number, `uniform(at:)`, selects in the cumulative distribution.
    case draw(RandomStream, at: UInt64)
    /// The most likely token; of equals the lowest id.
    case likeliest
  }

  package let temperature: Float
  package let banned: [Int32]
  package let choice: Choice
  /// Changes a copy of the row's logits, from which the token then comes; the log-probability never
  /// does. The backend brings the copy to the host, and calls this on any thread.
  package let process: Process?

  package typealias Process = @Sendable (inout MutableSpan<Float>) -> Void

  package init(temperature: Float, banned: [Int32], choice: Choice, process: Process? = nil) {
    self.temperature = temperature
    self.banned = banned
    self.choice = choice
    self.process = process
  }
}

/// A token with its log-probability.
package struct ChosenToken: Sendable, Hashable {
  /// The token; -1 if no token has a probability above zero, for example if there is a NaN among
  /// the logits.
  package let token: Int32
  package let logProbability: Float

  package init(token: Int32, logProbability: Float) {
    self.token = token
    self.logProbability = logProbability
  }
}

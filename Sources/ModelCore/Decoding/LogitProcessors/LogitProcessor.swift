/// Changes the distribution that the next token is drawn from.
///
/// A token is dropped by setting its logit to minus infinity. Rows are processed on several threads
/// at once; the result must depend on the arguments alone. What is recorded as the token's
/// log-probability is the model's own, under temperature and banned tokens only: see
/// `SessionTrace.logProbabilities`.
package protocol LogitProcessor: Sendable {
  /// - Parameter logits: one for every id of the vocabulary; dropped ones are minus infinity.
  func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext)
}

/// Where in its sequence the next token stands.
package struct SamplingContext: Sendable {
  /// The prompt and what followed it so far.
  package let tokens: [Int32]
  package let promptCount: Int

  package init(tokens: [Int32], promptCount: Int) {
    self.tokens = tokens
    self.promptCount = promptCount
  }

  /// The place of the next token after the prompt, from 0.
  package var position: Int { tokens.count - promptCount }
}

/// The processors by which settings become a distribution, in the order they apply. A new one is
/// one file and one line here; nil means that the settings do not ask for it.
///
/// The order is Hugging Face's: what changes logits comes before what selects among them.
package enum LogitProcessors {
  package typealias Maker = @Sendable (SamplingSettings) -> (any LogitProcessor)?

  package static let beforeCallers: [Maker] = [
    { RepetitionPenalty($0) },
    { ScaledStopToken($0) },
  ]
  package static let afterCallers: [Maker] = [
    { BannedTokens($0) },
    { ForcedTokens($0) },
    { Temperature($0) },
    { TopK($0) },
    { TopP($0) },
    { MinP($0) },
  ]

  /// - Parameter callers: what the caller adds; it sees raw logits after penalty and stop scaling.
  package static func all(
    for settings: SamplingSettings, callers: [any LogitProcessor] = []
  ) -> [any LogitProcessor] {
    beforeCallers.compactMap { $0(settings) } + callers + afterCallers.compactMap { $0(settings) }
  }

  /// Whether the processors are those of the log-probability itself, so that a row need not be
  /// processed apart.
  static func arePlain(_ processors: [any LogitProcessor]) -> Bool {
    processors.allSatisfy { $0 is Temperature || $0 is BannedTokens }
  }
}

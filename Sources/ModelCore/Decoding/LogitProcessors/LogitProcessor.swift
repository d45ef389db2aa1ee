/// Changes the distribution that the next token is sampled from.
///
/// A processor removes a token by setting its logit to minus infinity. The logits are a copy on the
/// host, wherever the backend keeps its own (see `LogitRow.process`). Rows are processed on
/// several threads at once, so the result must depend only on the arguments. The recorded
/// log-probability of a token is the model's own, under temperature and banned tokens only: see
/// `SessionTrace.logProbabilities`.
package protocol LogitProcessor: Sendable {
  /// - Parameter logits: one logit for every token of the vocabulary; minus infinity if removed.
  func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext)
}

/// The sequence before the next token.
package struct SamplingContext: Sendable {
  /// The prompt and the response so far.
  package let tokens: [Int32]
  package let promptCount: Int

  package init(tokens: [Int32], promptCount: Int) {
    self.tokens = tokens
    self.promptCount = promptCount
  }

  /// The position of the next token after the prompt, from 0.
  package var position: Int { tokens.count - promptCount }
}

/// The processors that turn settings into a distribution, in the order in which they apply. A new
/// processor is one file and one line here. A maker returns nil if the settings do not ask for the
/// processor.
///
/// The order is Hugging Face's: processors that change logits come before those that select tokens.
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

  /// - Parameter callers: processors of the caller; they see raw logits after repetition penalty
  ///   and stop scaling.
  package static func all(
    for settings: SamplingSettings, callers: [any LogitProcessor] = []
  ) -> [any LogitProcessor] {
    beforeCallers.compactMap { $0(settings) } + callers + afterCallers.compactMap { $0(settings) }
  }

  /// True if the processors are only those that define the recorded log-probability, so that a row
  /// need not be processed separately for sampling.
  static func arePlain(_ processors: [any LogitProcessor]) -> Bool {
    processors.allSatisfy { $0 is Temperature || $0 is BannedTokens }
  }
}

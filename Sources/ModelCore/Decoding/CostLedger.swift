/// What decoding cost, in counts that a clock cannot blur. Methods are compared by these.
package struct CostLedger: Sendable, Hashable {
  /// Prompt tokens run through the model. Sessions that wait together with one prompt run it once,
  /// for the first of them.
  package var prefillTokens = 0
  /// Tokens drawn, those that end a response included.
  package var sampledTokens = 0
  /// Tokens given instead of drawn: appended, or forced by the settings.
  package var forcedTokens = 0
  /// Appended tokens whose log-probability was computed.
  package var scoredTokens = 0
  /// Tokens whose keys and values came from another session: the prompt of a group, the prefix of a
  /// fork.
  package var sharedTokens = 0
  /// Arithmetic of the model: see `ModelCost`. Without that of `recomputedTokens`.
  package var floatingPointOperations = 0

  // The counts below depend on how many rows run together; those above do not, except that a fork
  // which must wait may share less.

  /// Tokens run again because another session needed their place.
  package var recomputedTokens = 0
  /// Batched forward passes, of prompts and of single tokens alike; of a session, those it was in.
  package var forwardPasses = 0
  /// Turns of the scheduler; of a session, those it was in the batch.
  package var ticks = 0

  package init() {}

  package static func += (total: inout CostLedger, part: CostLedger) {
    total.prefillTokens += part.prefillTokens
    total.sampledTokens += part.sampledTokens
    total.forcedTokens += part.forcedTokens
    total.scoredTokens += part.scoredTokens
    total.sharedTokens += part.sharedTokens
    total.floatingPointOperations += part.floatingPointOperations
    total.recomputedTokens += part.recomputedTokens
    total.forwardPasses += part.forwardPasses
    total.ticks += part.ticks
  }
}

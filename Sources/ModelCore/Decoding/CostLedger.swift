/// The cost of decoding in counts, which do not depend on the speed of the machine as times do.
/// Methods are compared by these counts.
package struct CostLedger: Sendable, Hashable {
  /// Prompt tokens run through the model. Waiting sessions with the same prompt run it once; the
  /// first of them is charged.
  package var prefillTokens = 0
  /// Tokens that were sampled, the final stop tokens included.
  package var sampledTokens = 0
  /// Tokens that were given instead of sampled: appended, or forced by the settings.
  package var forcedTokens = 0
  /// Appended tokens whose log-probability was computed.
  package var scoredTokens = 0
  /// Tokens whose keys and values were copied from another session: the prompt of a group, or the
  /// prefix of a fork.
  package var sharedTokens = 0
  /// Arithmetic of the model (see `ModelCost`), without that of `recomputedTokens`.
  package var floatingPointOperations = 0

  // The counts below depend on how many rows run together. Those above do not, with one exception:
  // a fork that must wait may share less.

  /// Tokens that were run again because another session took their slot.
  package var recomputedTokens = 0
  /// Batched forward passes, of prompts and of single tokens. For a session, the passes that it
  /// took part in.
  package var forwardPasses = 0
  /// Ticks of the scheduler. For a session, the ticks during which it was in the batch.
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

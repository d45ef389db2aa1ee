/// What decoding cost, in counts that a clock cannot blur. Methods are compared by these.
package struct CostLedger: Sendable, Hashable {
  /// Prompt tokens run through the model; adjacent requests with one prompt count it once.
  package var prefillTokens = 0
  /// Tokens drawn, those that end a response included.
  package var sampledTokens = 0
  /// Batched forward passes, of prompts and of single tokens alike. Unlike the other counts this
  /// one depends on how many rows run together.
  package var forwardPasses = 0

  package init() {}

  package static func += (total: inout CostLedger, part: CostLedger) {
    total.prefillTokens += part.prefillTokens
    total.sampledTokens += part.sampledTokens
    total.forwardPasses += part.forwardPasses
  }
}

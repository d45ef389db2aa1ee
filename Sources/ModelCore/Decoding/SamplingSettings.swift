package import TensorCore

/// How the tokens of one sequence are drawn. `LogitProcessors` has the order in which the settings
/// apply.
package struct SamplingSettings: Sendable, Hashable {
  /// Divides the logits; 0 always takes the likeliest token.
  package var temperature = 1.0
  /// Keep this many of the likeliest tokens; 0 keeps all.
  package var topK = 0
  /// Keep the likeliest tokens that together reach this share; 1 keeps all.
  package var topP = 1.0
  /// Keep tokens at least this many times as likely as the likeliest; 0 keeps all.
  package var minP = 0.0
  /// Weakens tokens that have come before; 1 changes nothing.
  package var repetitionPenalty = 1.0
  package var maxNewTokens = 256
  /// A response ends with the first of these, which belongs to it.
  package var stopTokens: [Int32] = []
  /// Ids that are never drawn; their logits count as minus infinity.
  package var bannedTokens: [Int32] = []
  /// Tokens that are given instead of drawn, by their place after the prompt, from 0.
  package var forcedTokens: [Int: Int32] = [:]
  /// Makes a stop token likelier or less likely as the response grows.
  package var stopTokenScale: StopTokenScale?

  package init() {}
}

/// A prompt to be continued, and the random numbers that decide how.
package struct SampleRequest: Sendable {
  package var prompt: [Int32]
  /// Token t of the response uses `stream.uniform(at: t)` and nothing else.
  package var stream: RandomStream

  package init(prompt: [Int32], stream: RandomStream) {
    self.prompt = prompt
    self.stream = stream
  }
}

/// Why a sequence goes no further.
package enum StopReason: String, Sendable, Hashable {
  /// One of the stop tokens was drawn; it is the last token.
  case stopToken = "stop_token"
  /// As many tokens were drawn as were asked for.
  case length
  /// The caller gave it up.
  case cancelled
}

/// What the model wrote.
package struct SampledResponse: Sendable, Hashable {
  package var tokens: [Int32]
  /// Of each token under softmax(logits / temperature) with banned ids masked, before top-k, top-p
  /// and min-p; at temperature 0, under temperature 1. In `exact` these are the trainer's bits.
  package var logProbabilities: [Float]
  package var stop: StopReason

  package init(tokens: [Int32], logProbabilities: [Float], stop: StopReason) {
    self.tokens = tokens
    self.logProbabilities = logProbabilities
    self.stop = stop
  }
}

package import TensorCore

/// Settings for sampling one sequence. `LogitProcessors` has the order in which they apply.
package struct SamplingSettings: Sendable, Hashable {
  /// Divides the logits; 0 always takes the most likely token.
  package var temperature = 1.0
  /// Keeps this many of the most likely tokens; 0 keeps all.
  package var topK = 0
  /// Keeps the most likely tokens whose total probability reaches this value; 1 keeps all.
  package var topP = 1.0
  /// Keeps tokens that are at least this many times as likely as the most likely one; 0 keeps all.
  package var minP = 0.0
  /// Makes tokens less likely that occurred before; 1 changes nothing.
  package var repetitionPenalty = 1.0
  package var maxNewTokens = 256
  /// A response ends with the first of these tokens, which is part of it.
  package var stopTokens: [Int32] = []
  /// A response ends with the token in which the first of these texts ends.
  package var stopStrings: [TextMark] = []
  /// Tokens that are never sampled; their logits count as minus infinity.
  package var bannedTokens: [Int32] = []
  /// Tokens that are given instead of sampled, by their position after the prompt, from 0.
  package var forcedTokens: [Int: Int32] = [:]
  /// Makes a stop token more or less likely as the response grows.
  package var stopTokenScale: StopTokenScale?

  package init() {}
}

/// A prompt to continue, with the random stream that decides the response.
package struct SampleRequest: Sendable {
  package var prompt: [Int32]
  /// Token t of the response uses `stream.uniform(at: t)` and nothing else.
  package var stream: RandomStream

  package init(prompt: [Int32], stream: RandomStream) {
    self.prompt = prompt
    self.stream = stream
  }
}

/// The reason why a sequence ended.
package enum StopReason: String, Sendable, Hashable {
  /// A stop token was sampled; it is the last token.
  case stopToken = "stop_token"
  /// A stop string ended in the last token.
  case stopString = "stop_string"
  /// The maximum number of tokens was sampled.
  case length
  /// The caller cancelled it.
  case cancelled
}

/// The response of the model.
package struct SampledResponse: Sendable, Hashable {
  package var tokens: [Int32]
  /// Log-probability of each token under softmax(logits / temperature) with banned tokens removed,
  /// before top-k, top-p and min-p; at temperature 0, under temperature 1. In `exact` these have
  /// the trainer's bits.
  package var logProbabilities: [Float]
  package var stop: StopReason

  package init(tokens: [Int32], logProbabilities: [Float], stop: StopReason) {
    self.tokens = tokens
    self.logProbabilities = logProbabilities
    self.stop = stop
  }
}

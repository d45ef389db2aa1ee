import Algorithms
package import TensorCore

/// The reason why a decoder could not do what was requested.
package enum GenerationError: Error, Hashable, CustomStringConvertible {
  /// The caller's `isCancelled` returned true.
  case cancelled
  case emptyPrompt(request: Int)
  case unknownToken(Int32, vocabularySize: Int)
  case everyTokenBanned
  /// A sequence may become longer than the sessions' capacity.
  case tooLong(tokens: Int, limit: Int)
  /// A sequence may become longer than the model's context.
  case beyondContext(tokens: Int, limit: Int)
  /// At this position after the prompt, no token has a probability above zero.
  case nothingToDraw(position: Int)
  /// This backend does not support the precision of the KV cache.
  case cachePrecision(CachePrecision, backend: String)
  case setting(name: String, value: String, expected: String)

  package var description: String {
    switch self {
    case .cancelled: "generation was cancelled"
    case .emptyPrompt(let request): "the prompt of request \(request) has no tokens"
    case .unknownToken(let token, let size):
      "token \(token) is outside a vocabulary of \(size) tokens"
    case .everyTokenBanned: "every token of the vocabulary is banned"
    case .tooLong(let tokens, let limit):
      "a sequence may grow to \(tokens) tokens, more than the \(limit) that a session can hold"
    case .beyondContext(let tokens, let limit):
      "prompt and response may have \(tokens) tokens, and the model was made for \(limit) "
        + "(max_position_embeddings)"
    case .nothingToDraw(let position):
      "no token has a probability above zero at position \(position) of a response: a weight is "
        + "not a number, or every token was dropped"
    case .cachePrecision(let precision, let backend):
      "a \(precision.rawValue) cache cannot be combined with numerics \(backend)"
    case .setting(let name, let value, let expected): "\(name) is \(value); it must be \(expected)"
    }
  }
}

extension SamplingSettings {
  /// - Throws: the first problem of these settings for a vocabulary of this size.
  func validate(vocabularySize: Int) throws(GenerationError) {
    func require(
      _ isRight: Bool, _ name: String, _ value: any CustomStringConvertible, _ expected: String
    ) throws(GenerationError) {
      guard !isRight else { return }
      throw .setting(name: name, value: "\(value)", expected: expected)
    }
    try require(
      temperature >= 0 && temperature.isFinite, "temperature", temperature, "0 or more")
    // A temperature that rounds to zero in single precision would divide by it.
    try require(
      temperature == 0 || (1 / Float(temperature)).isFinite, "temperature", temperature,
      "0 or at least 1e-38")
    try require(topK >= 0, "top_k", topK, "0 or more")
    try require(topP > 0 && topP <= 1, "top_p", topP, "above 0, at most 1")
    try require(minP >= 0 && minP < 1, "min_p", minP, "at least 0, below 1")
    try require(
      repetitionPenalty > 0 && Float(repetitionPenalty).isNormal, "repetition_penalty",
      repetitionPenalty, "above 0")
    try require(maxNewTokens >= 0, "max_new_tokens", maxNewTokens, "0 or more")
    try require(
      stopStrings.allSatisfy { !$0.text.isEmpty }, "stop_strings", stopStrings.map(\.text),
      "texts that are not empty")
    if let scale = stopTokenScale {
      try require(
        scale.knots.allSatisfy { Float($0.value).isFinite }, "stop_token_scale",
        scale.knots.map(\.value), "finite everywhere")
      try require(
        scale.knots.adjacentPairs().allSatisfy { $0.position < $1.position },
        "stop_token_scale", scale.knots.map(\.position), "in order of position")
    }
    let forced = forcedTokens.sorted { $0.key < $1.key }.map(\.value)
    let scaled = stopTokenScale.map { [$0.token] } ?? []
    for token in stopTokens + bannedTokens + forced + scaled
    where !(0..<vocabularySize).contains(Int(token)) {
      throw .unknownToken(token, vocabularySize: vocabularySize)
    }
    guard Set(bannedTokens).count < vocabularySize else { throw .everyTokenBanned }
  }
}

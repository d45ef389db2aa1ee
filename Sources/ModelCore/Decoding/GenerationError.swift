/// Why a decoder could not do what it was asked.
package enum GenerationError: Error, Hashable, CustomStringConvertible {
  /// The caller's `isCancelled` said so.
  case cancelled
  case emptyPrompt(request: Int)
  case unknownToken(Int32, vocabularySize: Int)
  case everyTokenBanned
  case setting(name: String, value: String, expected: String)

  package var description: String {
    switch self {
    case .cancelled: "generation was cancelled"
    case .emptyPrompt(let request): "the prompt of request \(request) has no tokens"
    case .unknownToken(let token, let size):
      "token \(token) is outside a vocabulary of \(size) tokens"
    case .everyTokenBanned: "every token of the vocabulary is banned"
    case .setting(let name, let value, let expected): "\(name) is \(value); it must be \(expected)"
    }
  }
}

extension SamplingSettings {
  /// - Throws: what is wrong with these settings for a vocabulary of this size.
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
    try require(maxNewTokens >= 1, "max_new_tokens", maxNewTokens, "1 or more")
    for token in stopTokens + bannedTokens where !(0..<vocabularySize).contains(Int(token)) {
      throw .unknownToken(token, vocabularySize: vocabularySize)
    }
    guard Set(bannedTokens).count < vocabularySize else { throw .everyTokenBanned }
  }
}

import Fields

// The shapes in which servers write the log-probabilities of tokens. Each is read to the same list.

extension ServerTokenProbability {
  /// The beginning of a token's text that is its id, as vLLM writes it on demand.
  private static let idMark = "token_id:"

  /// Reads `logprobs` of a choice: of a chat or of a completion.
  /// - Returns: nil if there are none.
  static func list(ofChoice choice: JSONText) throws(ServerError) -> [ServerTokenProbability]? {
    guard let logprobs = choice.value(of: "logprobs") else { return nil }
    if let content = logprobs.value(of: "content") { return try list(entries: content) }
    return logprobs["content"] == nil ? try list(columns: logprobs) : nil
  }

  /// Reads a list of `{token, logprob, bytes, top_logprobs: […]}`: chats everywhere, and everything
  /// of llama.cpp's, which adds the ids.
  static func list(entries: JSONText) throws(ServerError) -> [ServerTokenProbability] {
    guard let entries = entries.arrayValue else { throw .malformed("'logprobs' is not a list") }
    var list: [ServerTokenProbability] = []
    list.reserveCapacity(entries.count)
    for entry in entries {
      var probability = try one(entry)
      for alternative in entry["top_logprobs"]?.arrayValue ?? [] {
        probability.alternatives.append(try one(alternative))
      }
      list.append(probability)
    }
    return list
  }

  private static func one(_ entry: JSONText) throws(ServerError) -> ServerTokenProbability {
    guard let token = entry["token"]?.stringValue else {
      throw .malformed("a log-probability has no token")
    }
    return try named(token, entry["logprob"], id: entry["id"]?.countValue.map { Int32($0) })
  }

  /// Reads `{tokens: […], token_logprobs: […], top_logprobs: [{token: logprob}]}`: completions of
  /// OpenAI, vLLM and SGLang.
  private static func list(
    columns: JSONText
  ) throws(ServerError) -> [ServerTokenProbability]? {
    guard let tokens = columns["tokens"]?.arrayValue,
      let values = columns["token_logprobs"]?.arrayValue, tokens.count == values.count
    else { throw .malformed("'logprobs' has neither 'content' nor 'tokens' with 'token_logprobs'") }
    let alternatives = columns["top_logprobs"]?.arrayValue ?? []
    var list: [ServerTokenProbability] = []
    list.reserveCapacity(tokens.count)
    for (index, token) in tokens.enumerated() {
      guard let token = token.stringValue else { throw .malformed("'tokens' holds no text") }
      var probability = try named(token, values[index], id: nil)
      if index < alternatives.count, case .object(let members) = alternatives[index] {
        for (token, value) in members {
          probability.alternatives.append(try named(token, value, id: nil))
        }
        probability.alternatives.sort { $0.logProbability > $1.logProbability }
      }
      list.append(probability)
    }
    return list
  }

  private static func named(
    _ token: String, _ value: JSONText?, id: Int32?
  ) throws(ServerError) -> ServerTokenProbability {
    guard let logProbability = value?.finiteValue, logProbability <= 1e-3 else {
      throw .malformed("the log-probability of the token \(token.quoted) is not a number up to 0")
    }
    let written =
      token.hasPrefix(idMark) ? Int32(token.dropFirst(idMark.count)).flatMap { $0 } : nil
    return ServerTokenProbability(
      token: token, id: id ?? written, logProbability: Float(logProbability))
  }
}

import Fields

/// A response as far as it arrived: one body, or the pieces of a stream put together.
struct ResponseDraft: Sendable {
  var text = ""
  var thinking: String?
  var thinkingFrom = ThinkingTextSource.absent
  var tokens: [Int32]?
  var tokenProbabilities: [ServerTokenProbability]?
  /// The prompt's ids as the server says that it read them.
  var promptTokenIDs: [Int32]?
  var promptTokens: Int?
  var completionTokens: Int?
  var thinkingTokens: Int?
  var thinkingTokensFrom = ThinkingCountSource.absent
  var finishReason: String?
  var stopDetail: String?
  var model: String?
  var fingerprint: String?
  /// The server's name for the response, which all pieces of a stream share.
  var id: String?

  /// Adds thinking.
  mutating func addThinking(_ text: String, from source: ThinkingTextSource) {
    if thinking == nil { thinking = "" }
    thinking?.append(text)
    thinkingFrom = source
  }

  /// Adds the ids of the next tokens.
  mutating func add(tokens ids: [Int32]) {
    if tokens == nil { tokens = [] }
    tokens?.append(contentsOf: ids)
  }

  /// Adds the log-probabilities of the next tokens.
  mutating func add(probabilities: [ServerTokenProbability]) {
    if tokenProbabilities == nil { tokenProbabilities = [] }
    tokenProbabilities?.append(contentsOf: probabilities)
  }

  /// Notes the name of the response.
  /// - Throws: `ServerError.mismatched` if a piece belongs to another response than the first.
  mutating func note(id: String?) throws(ServerError) {
    guard let id, !id.isEmpty else { return }
    if let first = self.id, first != id {
      throw .mismatched("a piece of the stream has the id \(id.quoted), another \(first.quoted)")
    }
    self.id = id
  }

  /// The response, if it is whole and answers the request.
  /// - Throws: `CallFailure`.
  func response(
    to request: ServerRequest, requestID: String?, tries: Int
  ) throws(CallFailure) -> ServerResponse {
    do throws(ServerError) {
      guard let finishReason else {
        throw .malformed("the response has no reason why it ended")
      }
      guard let finish = ServerFinish(rawValue: finishReason) else {
        throw .ended(reason: finishReason)
      }
      try check(request)
      guard let promptTokens, let completionTokens = completionTokens ?? tokens?.count else {
        throw .malformed("the response does not say how many tokens it has")
      }
      var response = ServerResponse(
        text: text, thinking: thinking, thinkingFrom: thinkingFrom, tokens: tokens ?? probableIDs,
        tokenProbabilities: request.logProbabilities.flatMap { probabilities(alternatives: $0) },
        promptTokens: promptTokens, completionTokens: completionTokens,
        thinkingTokens: thinkingTokens, thinkingTokensFrom: thinkingTokensFrom, finish: finish,
        stopDetail: stopDetail, model: model, fingerprint: fingerprint, requestID: requestID ?? id,
        tries: tries)
      guard request.prompt.isChat else { return response }
      // A server's parser may keep tokens back from a stream; some of the ids are worse than none.
      if response.tokens?.count != completionTokens { response.tokens = nil }
      if let count = response.tokenProbabilities?.count, count != completionTokens {
        throw .malformed("\(completionTokens) tokens have \(count) log-probabilities")
      }
      if thinking == nil, let divided = ThinkingTags(text) {
        response.thinking = divided.thinking
        response.text = divided.answer
        response.thinkingFrom = .tags
      }
      return response
    } catch .ended(reason: "abort") {
      // SGLang ends requests so when it is stopped or overrun.
      throw .passing(retryAfter: nil, reason: "the server aborted the response")
    } catch {
      throw .final(error)
    }
  }

  /// Throws what tells that the response belongs to another request.
  private func check(_ request: ServerRequest) throws(ServerError) {
    if case .tokens(let prompt) = request.prompt {
      if let promptTokenIDs, promptTokenIDs != prompt {
        throw .mismatched("the ids of the prompt are not those that were sent")
      }
      if let promptTokens, promptTokens != prompt.count {
        throw .mismatched(
          "the prompt has \(prompt.count) tokens, the server read \(promptTokens)")
      }
    }
    for count in [completionTokens, tokens?.count].compactMap(\.self)
    where count > request.maxTokens {
      throw .mismatched(
        "the response has \(count) tokens, more than the \(request.maxTokens) that were asked for")
    }
    if let tokens, let tokenProbabilities, request.logProbabilities != nil,
      tokens.count != tokenProbabilities.count
    {
      throw .malformed(
        "\(tokens.count) token ids have \(tokenProbabilities.count) log-probabilities")
    }
  }

  /// The ids that log-probabilities name, where nothing else does: chats of llama.cpp.
  private var probableIDs: [Int32]? {
    guard let ids = tokenProbabilities?.compactMap(\.id), ids.count == tokenProbabilities?.count
    else { return nil }
    return ids
  }

  /// The log-probabilities with at most so many alternatives, and with the ids that were returned.
  private func probabilities(alternatives: Int) -> [ServerTokenProbability]? {
    guard var list = tokenProbabilities else { return nil }
    for index in list.indices {
      if let tokens { list[index].id = tokens[index] }
      list[index].alternatives = Array(list[index].alternatives.prefix(alternatives))
    }
    return list
  }
}

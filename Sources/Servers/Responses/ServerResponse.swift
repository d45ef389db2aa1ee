/// A whole response: one that ended by itself or at its length. All others are errors.
package struct ServerResponse: Sendable, Hashable {
  /// The answer, without the thinking and without what ended it.
  package var text: String
  /// The text of thinking, without its marks; nil if the response has none.
  package var thinking: String?
  /// Tells who divided the thinking from the answer.
  package var thinkingFrom: ThinkingTextSource
  /// The ids of the response's tokens, thinking included; nil if the server does not return them.
  package var tokens: [Int32]?
  /// The log-probabilities of the response's tokens; nil if they were not asked for.
  package var tokenProbabilities: [ServerTokenProbability]?
  package var promptTokens: Int
  /// The tokens of the response, thinking included, as the server counts them.
  package var completionTokens: Int
  /// The tokens of thinking as the server counts them; nil if it does not say.
  package var thinkingTokens: Int?
  package var thinkingTokensFrom: ThinkingCountSource
  package var finish: ServerFinish
  /// The stop text or token that ended the response, if the server says which.
  package var stopDetail: String?
  /// The model that the server says answered.
  package var model: String?
  /// The server's `system_fingerprint`.
  package var fingerprint: String?
  /// The server's name for the request, to ask its keepers about.
  package var requestID: String?
  /// The number of times that the request was sent, this one included.
  package var tries: Int

  /// The log-probability of each token of the response.
  package var logProbabilities: [Float]? { tokenProbabilities?.map(\.logProbability) }

  package init(
    text: String, thinking: String? = nil, thinkingFrom: ThinkingTextSource = .absent,
    tokens: [Int32]? = nil, tokenProbabilities: [ServerTokenProbability]? = nil,
    promptTokens: Int, completionTokens: Int, thinkingTokens: Int? = nil,
    thinkingTokensFrom: ThinkingCountSource = .absent, finish: ServerFinish,
    stopDetail: String? = nil, model: String? = nil, fingerprint: String? = nil,
    requestID: String? = nil, tries: Int = 1
  ) {
    self.text = text
    self.thinking = thinking
    self.thinkingFrom = thinkingFrom
    self.tokens = tokens
    self.tokenProbabilities = tokenProbabilities
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.thinkingTokens = thinkingTokens
    self.thinkingTokensFrom = thinkingTokensFrom
    self.finish = finish
    self.stopDetail = stopDetail
    self.model = model
    self.fingerprint = fingerprint
    self.requestID = requestID
    self.tries = tries
  }
}

/// The reason why a whole response ended.
package enum ServerFinish: String, Sendable, Hashable {
  /// The model ended it, or a stop text or token did.
  case stop
  /// It reached `maxTokens` or the model's context.
  case length
}

/// The place where a response's thinking was found.
package enum ThinkingTextSource: String, Sendable, Hashable {
  /// `message.reasoning`, as vLLM writes it now.
  case reasoning
  /// `message.reasoning_content`, as SGLang, llama.cpp and earlier vLLM write it.
  case reasoningContent = "reasoning_content"
  /// Tags in the text: the server runs without a parser of reasoning.
  case tags
  /// There is no thinking.
  case absent
}

/// The place where the number of a response's thinking tokens was found.
package enum ThinkingCountSource: String, Sendable, Hashable {
  /// `usage.completion_tokens_details.reasoning_tokens`: OpenAI, vLLM since August 2026.
  case completionDetails = "completion_tokens_details"
  /// `usage.reasoning_tokens`: SGLang.
  case usage
  /// Nobody says at the server; they are counted by whoever knows the tokenizer.
  case tokenizer
  /// Nobody said.
  case absent
}

/// The log-probability of one token of a response.
package struct ServerTokenProbability: Sendable, Hashable {
  /// The token's text; half a character is shown as a server shows it.
  package var token: String
  /// The token's id, if the server says it.
  package var id: Int32?
  package var logProbability: Float
  /// The most probable tokens here, as many as were asked for; they have no alternatives.
  package var alternatives: [ServerTokenProbability]

  package init(
    token: String, id: Int32? = nil, logProbability: Float,
    alternatives: [ServerTokenProbability] = []
  ) {
    self.token = token
    self.id = id
    self.logProbability = logProbability
    self.alternatives = alternatives
  }
}

/// A budget of thinking for servers that enforce none: two requests for one response. The first
/// thinks until it ends by itself or at the budget; the second is given the thinking and the bridge
/// to the answer, and goes on.
///
/// Muennighoff et al. 2025, s1 (arXiv 2501.19393), § 3: budget forcing. Prompts are text or ids,
/// which already hold the template and the opening of thinking.
package struct BudgetForcing: Sendable, Hashable {
  /// The mark that ends thinking: `</think>`.
  package var end: String
  /// The id of the mark, for prompts of ids.
  package var endToken: Int32?
  /// The text from thinking to answer, the mark included: `</think>\n\n`.
  package var bridge: String
  /// The same in ids.
  package var bridgeTokens: [Int32]

  package init(end: String, endToken: Int32? = nil, bridge: String, bridgeTokens: [Int32] = []) {
    self.end = end
    self.endToken = endToken
    self.bridge = bridge
    self.bridgeTokens = bridgeTokens
  }

  /// The thinking of a first response.
  package struct Thinking: Sendable, Hashable {
    /// The thinking in text, without the mark.
    package var text: String
    /// The thinking in ids, without the mark; nil for prompts of text.
    package var tokens: [Int32]?
    /// True if it ended at the budget, false if by itself.
    package var isCut: Bool
    /// False if the whole response ended in the thinking, so that there is nothing to go on from.
    package var hasAnswer: Bool
  }

  /// The first request of two.
  /// - Parameters:
  ///   - request: the prompt and the sampling; its `maxTokens` is not looked at.
  ///   - offers: those of the dialect. Without `stop_token_ids` the mark is looked for as text.
  package func thinkingRequest(
    for request: ServerRequest, budget: Int, offers: Set<ServerOffer>
  ) -> ServerRequest {
    var first = request
    first.maxTokens = budget
    first.thinkingBudget = nil
    if case .tokens = request.prompt, let endToken, offers.contains(.stopTokens) {
      first.stopTokenIDs.append(endToken)
    } else {
      first.stop.append(end)
    }
    return first
  }

  /// Reads the response to `thinkingRequest`.
  package func thinking(in response: ServerResponse) -> Thinking {
    let endedByMark =
      response.stopDetail == end || endToken.map { response.stopDetail == String($0) } == true
    var ids = response.tokens
    var holdsMark = false
    if let endToken, let index = ids?.firstIndex(of: endToken) {
      ids = ids.map { Array($0[..<index]) }
      holdsMark = true
    }
    let isCut = response.finish == .length && !holdsMark
    return Thinking(
      text: response.text, tokens: ids, isCut: isCut,
      hasAnswer: isCut || endedByMark || holdsMark)
  }

  /// The second request of two; nil if the response ended in its thinking, or if its prompt is a
  /// chat, which cannot be continued.
  package func answerRequest(
    for request: ServerRequest, after thinking: Thinking, maxTokens: Int
  ) -> ServerRequest? {
    guard thinking.hasAnswer else { return nil }
    var second = request
    second.maxTokens = maxTokens
    second.thinkingBudget = nil
    switch request.prompt {
    case .tokens(let prompt):
      guard let tokens = thinking.tokens else { return nil }
      second.prompt = .tokens(prompt + tokens + bridgeTokens)
    case .text(let prompt): second.prompt = .text(prompt + thinking.text + bridge)
    case .chat: return nil
    }
    return second
  }
}

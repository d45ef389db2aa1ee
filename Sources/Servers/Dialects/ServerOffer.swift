/// Something that not every dialect can ask for. A request for what its dialect lacks is refused
/// before it is sent; a value that asks for nothing, such as a `topK` of 0, never is.
package enum ServerOffer: String, Sendable, Hashable, CaseIterable {
  /// Prompts are token ids, and the ids of responses come back.
  case tokens
  /// Prompts are text without a template.
  case text
  /// The ids of a chat's response come back.
  case chatTokens = "chat_tokens"
  case topK = "top_k"
  case minP = "min_p"
  case stopTokens = "stop_token_ids"
  /// A budget of thinking tokens in chats.
  case thinkingBudget = "thinking_budget"
  /// A budget of thinking tokens after a prompt of text or ids.
  case thinkingBudgetWithoutChat = "thinking_budget without a chat"
  /// Thinking can be switched on and off.
  case thinkingSwitch = "thinking"
  case reasoningEffort = "reasoning_effort"
}

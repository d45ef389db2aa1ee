/// One response to ask for. Every field is sent, whatever its value: a server's defaults come from
/// files of its own, and would decide the experiment unseen.
package struct ServerRequest: Sendable, Hashable {
  package var prompt: ServerPrompt
  /// The most tokens of the response, thinking included.
  package var maxTokens: Int
  package var temperature: Double = 1
  package var topP: Double = 1
  /// The number of most probable tokens to draw from; 0 for all.
  package var topK: Int = 0
  /// The least probability to draw, relative to the largest; 0 for none.
  package var minP: Double = 0
  /// The seed of the draw. Its low 31 bits are sent, which every server takes.
  package var seed: Int
  /// Texts that end the response; they are no part of it.
  package var stop: [String] = []
  /// Tokens that end the response, beside the model's own.
  package var stopTokenIDs: [Int32] = []
  /// The number of alternatives whose log-probabilities to return with those of the response's
  /// tokens; 0 for these alone, nil for none.
  package var logProbabilities: Int?
  /// The most tokens of thinking, which the server enforces; nil for no limit but `maxTokens`.
  package var thinkingBudget: Int?
  /// True or false to switch thinking on or off where the chat template knows `enable_thinking`.
  package var thinking: Bool?
  /// The effort of reasoning by its name at the server: `low`.
  package var reasoningEffort: String?

  package init(_ prompt: ServerPrompt, maxTokens: Int, seed: Int) {
    self.prompt = prompt
    self.maxTokens = maxTokens
    self.seed = seed
  }
}

/// A prompt as a server reads it.
package enum ServerPrompt: Sendable, Hashable {
  /// Ids of the server's model. No template is applied.
  case tokens([Int32])
  /// Text that the server tokenizes. No template is applied.
  case text(String)
  /// Messages, to which the server applies its model's template.
  case chat([ServerMessage])

  var isChat: Bool { if case .chat = self { true } else { false } }
}

/// One message of a chat.
package struct ServerMessage: Sendable, Hashable {
  /// `system`, `user` or `assistant`.
  package var role: String
  package var content: String

  package init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

import ModelCore

/// Turns for a server, which has the chat template and the tokenizer: no file of the model is read
/// here. Tokens are those that the server counts.
///
/// It is a chat format whose tokens are bytes. A response is not divided, unless `end_thinking` is
/// given.
struct Messages: ChatFamily {
  let name = "messages"
  let meaning = "chat messages for a server, which has the template and the tokenizer"
  let defaults = FormatConfiguration.boxed
  let template: String? = ChatTemplates.chatML

  func format(
    _ configuration: FormatConfiguration
  ) throws(FormatError) -> any ResponseFormat {
    guard configuration.model.isEmpty else {
      throw FormatError(
        "model", "response_format messages reads no model: the server has its template",
        help: "leave 'model' out, or write 'name: chat' for the model's own template")
    }
    guard configuration.chatTemplate == nil else {
      throw FormatError(
        "chat_template", "response_format messages has no template: the server has it",
        help: "leave it out")
    }
    return try format(configuration, CheckpointText(tokenizer: ByteTokenizer()))
  }
}

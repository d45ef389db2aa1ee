package import Fields

/// One turn of a conversation, as chat templates read it.
package struct ChatMessage: Sendable {
  /// The role, usually `system`, `user`, `assistant` or `tool`; templates may know others.
  package var role: String
  /// The text; nil leaves the member out, as for a turn that only calls tools.
  package var content: String?
  /// The thinking of an assistant's turn, where it is not part of the text. Templates read it as
  /// `reasoning_content`, some as `thinking`.
  package var reasoningContent: String?
  /// Further members, such as `tool_calls` and `name`, in order. One called `content` may be a list
  /// of parts.
  package var members: [(name: String, value: TemplateValue)]

  package init(
    role: String, content: String? = nil, reasoningContent: String? = nil,
    members: [(name: String, value: TemplateValue)] = []
  ) {
    self.role = role
    self.content = content
    self.reasoningContent = reasoningContent
    self.members = members
  }

  /// A message as OpenAI's interface and most data sets write it: an object with `role` and
  /// `content`. Nil if this is not an object with a role. Members that are null are left out, as
  /// transformers does, because many templates would print them.
  package init?(_ json: JSONText) {
    guard case .object(let written) = json, let role = json["role"]?.stringValue else { return nil }
    let reasoning = ["reasoning_content", "thinking", "reasoning"]
    self.init(
      role: role, content: json["content"]?.stringValue,
      reasoningContent: reasoning.lazy.compactMap { json[$0]?.stringValue }.first)
    for (name, value) in written {
      if case .null = value { continue }
      let isRead =
        name == "role" || (name == "content" && content != nil)
        || (reasoning.contains(name) && reasoningContent != nil && name != "reasoning")
      if !isRead { members.append((name, TemplateValue(value))) }
    }
  }

  /// The mapping that a template sees. Members keep the order in which transformers gives them,
  /// which matters to templates that print whole messages.
  var value: TemplateValue {
    var all: [(String, TemplateValue)] = []
    if let reasoningContent { all.append(("thinking", .string(reasoningContent))) }
    all.append(("role", .string(role)))
    if let content { all.append(("content", .string(content))) }
    all += members.map { ($0.name, $0.value) }
    if let reasoningContent { all.append(("reasoning_content", .string(reasoningContent))) }
    return TemplateValue(members: all)
  }
}

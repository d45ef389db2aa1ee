import Fields

/// The messages of a conversation, as servers and the tools that speak to them write them.
struct Messages {
  /// One message: texts of its parts, with reasoning kept apart.
  struct Message {
    let role: String
    var text = ""
    /// The reasoning; nil if the message has none.
    var thinking: String?
    /// The sorts of parts that are not text: `image`, `audio`.
    var otherParts: [String] = []
  }

  let all: [Message]

  /// Reads a list of messages; nil if it is none.
  init?(_ json: JSONText) {
    guard let elements = json.arrayValue else { return nil }
    var all: [Message] = []
    for element in elements {
      guard case .object = element, let message = Message(element) else { return nil }
      all.append(message)
    }
    self.all = all
  }

  /// The last of the user's messages, which holds the question.
  var lastOfUser: Message? { all.last { $0.role == "user" } }
  var ofAssistant: [Message] { all.filter { $0.role == "assistant" } }
  var otherParts: [String] { all.flatMap(\.otherParts) }
}

extension Messages.Message {
  /// Reads one message; nil if it has no role.
  init?(_ json: JSONText) {
    guard let role = json["role"]?.stringValue else { return nil }
    self.role = role
    if let text = json["content"]?.stringValue { self.text = text }
    for part in json["content"]?.arrayValue ?? [] { add(part) }
    // vLLM, DeepSeek and SGLang keep reasoning in a member of its own.
    for name in ["reasoning_content", "reasoning"] {
      if thinking == nil, let text = json[name]?.stringValue, !text.isEmpty { thinking = text }
    }
  }

  private mutating func add(_ part: JSONText) {
    switch part["type"]?.stringValue ?? (part.stringValue == nil ? "" : "text") {
    case "text", "output_text", "input_text":
      let own = part["text"]?.stringValue ?? part.stringValue ?? ""
      text += text.isEmpty ? own : "\n" + own
    case "reasoning", "thinking":
      let isRedacted = part["redacted"]?.boolValue == true
      let own =
        (isRedacted ? part["summary"] : part["reasoning"] ?? part["thinking"])?.stringValue ?? ""
      thinking = thinking.map { $0 + "\n" + own } ?? own
    case "tool_use", "data": break
    case let other: otherParts.append(other.isEmpty ? "part without a type" : other)
    }
  }
}

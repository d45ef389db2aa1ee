import Fields

/// The parts of requests and responses that all OpenAI-compatible servers share.
enum OpenAIShape {
  /// The members of every request, each with a value: a server's own defaults come from files of
  /// the model and differ between servers.
  /// - Parameter length: the name of the member for `maxTokens`; nil for OpenAI's own.
  static func members(
    _ request: ServerRequest, model: String, length: String? = nil
  ) -> [(String, JSONText)] {
    var members: [(String, JSONText)] = [("model", .string(model))]
    switch request.prompt {
    case .tokens(let ids): members.append(("prompt", Self.ids(ids)))
    case .text(let text): members.append(("prompt", .string(text)))
    case .chat(let messages):
      let list = messages.map {
        JSONText.object([("role", .string($0.role)), ("content", .string($0.content))])
      }
      members.append(("messages", .array(list)))
    }
    return members + [
      // `max_tokens` of a completion is 16 unless it is sent.
      (
        length ?? (request.prompt.isChat ? "max_completion_tokens" : "max_tokens"),
        .int(request.maxTokens)
      ),
      ("n", .int(1)),
      ("temperature", .double(request.temperature)),
      ("top_p", .double(request.topP)),
      ("presence_penalty", .double(0)),
      ("frequency_penalty", .double(0)),
      ("seed", .int(request.seed & 0x7FFF_FFFF)),
    ]
  }

  /// The members of vLLM and SGLang beyond OpenAI's.
  /// - Parameter keepsStop: the name of the switch that leaves stop texts in the response.
  static func samplerMembers(
    _ request: ServerRequest, keepsStop: String
  ) -> [(String, JSONText)] {
    [
      // Every release of vLLM reads -1 as "all"; only later ones read 0 so.
      ("top_k", .int(request.topK > 0 ? request.topK : -1)),
      ("min_p", .double(request.minP)),
      ("repetition_penalty", .double(1)),
      ("stop", texts(request.stop)),
      ("stop_token_ids", ids(request.stopTokenIDs)),
      (keepsStop, .bool(false)),
      ("min_tokens", .int(0)),
      ("ignore_eos", .bool(false)),
      ("skip_special_tokens", .bool(true)),
      ("return_token_ids", .bool(true)),
    ]
  }

  /// The members that ask for a stream, with the numbers of tokens in its last piece.
  static var streamMembers: [(String, JSONText)] {
    [("stream", .bool(true)), ("stream_options", .object([("include_usage", .bool(true))]))]
  }

  /// The members that ask for log-probabilities.
  /// - Parameter least: the least number of alternatives with which a server returns any.
  static func logProbabilityMembers(
    _ request: ServerRequest, least: Int = 0
  ) -> [(String, JSONText)] {
    guard let count = request.logProbabilities.map({ max($0, least) }) else { return [] }
    guard request.prompt.isChat else { return [("logprobs", .int(count))] }
    return [("logprobs", .bool(true)), ("top_logprobs", .int(count))]
  }

  static func texts(_ list: [String]) -> JSONText { .array(list.map(JSONText.string)) }

  static func ids(_ list: [Int32]) -> JSONText { .array(list.map { .int(Int($0)) }) }

  /// The arguments for a chat template that switch thinking.
  static func templateMembers(_ request: ServerRequest) -> [(String, JSONText)] {
    guard let thinking = request.thinking else { return [] }
    return [("chat_template_kwargs", .object([("enable_thinking", .bool(thinking))]))]
  }

  static func effortMembers(_ request: ServerRequest) -> [(String, JSONText)] {
    request.reasoningEffort.map { [("reasoning_effort", .string($0))] } ?? []
  }

  /// Reads a chat, a completion, or a piece of either.
  static func read(_ json: JSONText, into draft: inout ResponseDraft) throws(ServerError) {
    try draft.note(id: json["id"]?.stringValue)
    draft.model = json["model"]?.stringValue ?? draft.model
    draft.fingerprint = json["system_fingerprint"]?.stringValue ?? draft.fingerprint
    try readPromptIDs(json, into: &draft)
    if let usage = json.value(of: "usage") { read(usage: usage, into: &draft) }
    guard let choices = json["choices"]?.arrayValue else {
      throw .malformed("the response has no list 'choices'")
    }
    // The piece with the numbers of tokens has none.
    guard let choice = choices.first else { return }
    guard choices.count == 1, choice["index"]?.intValue ?? 0 == 0 else {
      throw .mismatched("more than one response, or another than the first")
    }
    try read(choice: choice, into: &draft)
  }

  private static func read(
    choice: JSONText, into draft: inout ResponseDraft
  ) throws(ServerError) {
    if let message = choice["message"] ?? choice["delta"] {
      draft.text += try text("content", in: message) ?? ""
      // vLLM renamed the member, and some servers write both.
      if let thinking = try text("reasoning", in: message) {
        draft.addThinking(thinking, from: .reasoning)
      } else if let thinking = try text("reasoning_content", in: message) {
        draft.addThinking(thinking, from: .reasoningContent)
      }
      if message.value(of: "refusal") != nil { throw .ended(reason: "refusal") }
    } else {
      draft.text += try text("text", in: choice) ?? ""
    }
    if let ids = choice.value(of: "token_ids") {
      draft.add(tokens: try ids.tokenIDs("token_ids"))
    }
    try readPromptIDs(choice, into: &draft)
    if let list = try ServerTokenProbability.list(ofChoice: choice) {
      draft.add(probabilities: list)
    }
    if let reason = choice["finish_reason"]?.stringValue { draft.finishReason = reason }
    for name in ["stop_reason", "matched_stop"] {
      if let text = choice[name]?.stringValue { draft.stopDetail = text }
      if let id = choice[name]?.intValue { draft.stopDetail = String(id) }
    }
  }

  private static func readPromptIDs(
    _ json: JSONText, into draft: inout ResponseDraft
  ) throws(ServerError) {
    if let ids = json.value(of: "prompt_token_ids") {
      draft.promptTokenIDs = try ids.tokenIDs("prompt_token_ids")
    }
  }

  private static func read(usage: JSONText, into draft: inout ResponseDraft) {
    draft.promptTokens = usage["prompt_tokens"]?.countValue ?? draft.promptTokens
    draft.completionTokens = usage["completion_tokens"]?.countValue ?? draft.completionTokens
    if let count = usage["completion_tokens_details"]?["reasoning_tokens"]?.countValue {
      draft.thinkingTokens = count
      draft.thinkingTokensFrom = .completionDetails
    } else if let count = usage["reasoning_tokens"]?.countValue {
      draft.thinkingTokens = count
      draft.thinkingTokensFrom = .usage
    }
  }

  /// The text of a member; nil if it is missing or null.
  private static func text(_ name: String, in json: JSONText) throws(ServerError) -> String? {
    guard let value = json.value(of: name) else { return nil }
    guard let text = value.stringValue else { throw .malformed("'\(name)' is not text") }
    return text
  }

  /// Returns the entry of a model in the document `models`.
  /// - Throws: `ServerError.notFound` with the names that exist.
  static func model(_ name: String, in list: JSONText) throws(ServerError) -> JSONText {
    let entries = list["data"]?.arrayValue ?? []
    if let entry = entries.first(where: { $0["id"]?.stringValue == name }) { return entry }
    let names = entries.compactMap { $0["id"]?.stringValue }
    throw .notFound(message: UnknownName("model", name, among: names).message)
  }
}

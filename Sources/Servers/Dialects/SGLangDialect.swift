import Fields

/// SGLang: `python -m sglang.launch_server`.
///
/// Chats are not streamed, because the pieces of a stream have no ids. Seeds count only for a
/// server with `--enable-deterministic-inference`.
struct SGLangDialect: ServerDialect {
  let name = "sglang"
  let meaning = "SGLang"
  let offers: Set<ServerOffer> = [
    .tokens, .text, .chatTokens, .topK, .minP, .stopTokens, .thinkingBudget, .thinkingSwitch,
    .reasoningEffort,
  ]

  func call(for request: ServerRequest, model: String) -> DialectCall {
    var isChat = false
    if case .chat = request.prompt { isChat = true }
    var body = OpenAIShape.members(
      request, model: model, length: isChat ? "max_completion_tokens" : "max_tokens")
    body += [
      ("top_k", .int(request.topK > 0 ? request.topK : -1)),
      ("min_p", .double(request.minP)),
      ("repetition_penalty", .double(1)),
      ("stop", OpenAIShape.texts(request.stop)),
      ("stop_token_ids", OpenAIShape.ids(request.stopTokenIDs)),
      ("no_stop_trim", .bool(false)),
      ("min_tokens", .int(0)),
      ("ignore_eos", .bool(false)),
      ("skip_special_tokens", .bool(true)),
      ("return_token_ids", .bool(true)),
      ("stream", .bool(false)),
    ]
    body += OpenAIShape.logProbabilityMembers(request)
    // Ignored without `--enable-strict-thinking`, and without a parser of reasoning.
    if let budget = request.thinkingBudget {
      body.append(("custom_params", .object([("thinking_budget", .int(budget))])))
    }
    guard isChat else {
      body.append(("echo", .bool(false)))
      return DialectCall(path: "completions", body: body)
    }
    body.append(("separate_reasoning", .bool(true)))
    body += OpenAIShape.templateMembers(request) + OpenAIShape.effortMembers(request)
    return DialectCall(path: "chat/completions", body: body)
  }
}

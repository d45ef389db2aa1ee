import Fields

/// vLLM: `vllm serve`.
struct VLLMDialect: ServerDialect {
  let name = "vllm"
  let meaning = "vLLM"
  let offers: Set<ServerOffer> = [
    .tokens, .text, .chatTokens, .topK, .minP, .stopTokens, .thinkingBudget,
    .thinkingBudgetWithoutChat, .thinkingSwitch, .reasoningEffort,
  ]

  func call(for request: ServerRequest, model: String) -> DialectCall {
    var isChat = false
    if case .chat = request.prompt { isChat = true }
    // `max_tokens` of a completion is 16 unless it is sent.
    var body = OpenAIShape.members(
      request, model: model, length: isChat ? "max_completion_tokens" : "max_tokens")
    body += [
      // Every release reads -1 as "all"; only later ones read 0 so.
      ("top_k", .int(request.topK > 0 ? request.topK : -1)),
      ("min_p", .double(request.minP)),
      ("repetition_penalty", .double(1)),
      ("stop", OpenAIShape.texts(request.stop)),
      ("stop_token_ids", OpenAIShape.ids(request.stopTokenIDs)),
      ("include_stop_str_in_output", .bool(false)),
      ("min_tokens", .int(0)),
      ("ignore_eos", .bool(false)),
      ("skip_special_tokens", .bool(true)),
      ("return_token_ids", .bool(true)),
    ]
    body += OpenAIShape.logProbabilityMembers(request)
    // At the top: below `extra_body`, where the Python client takes it from, or below `vllm_xargs`,
    // the server does not look for it.
    if let budget = request.thinkingBudget {
      body.append(("thinking_token_budget", .int(budget)))
    }
    guard isChat else {
      body += [("echo", .bool(false)), ("stream", .bool(false))]
      return DialectCall(path: "completions", body: body)
    }
    body += [("add_generation_prompt", .bool(true)), ("include_reasoning", .bool(true))]
    body += OpenAIShape.templateMembers(request) + OpenAIShape.effortMembers(request)
    body += OpenAIShape.streamMembers
    return DialectCall(path: "chat/completions", body: body)
  }
}

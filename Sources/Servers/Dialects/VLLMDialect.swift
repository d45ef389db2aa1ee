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
    var body = OpenAIShape.members(request, model: model)
    body += OpenAIShape.samplerMembers(request, keepsStop: "include_stop_str_in_output")
    body += OpenAIShape.logProbabilityMembers(request)
    // At the top: below `extra_body`, where the Python client takes it from, or below `vllm_xargs`,
    // the server does not look for it.
    if let budget = request.thinkingBudget {
      body.append(("thinking_token_budget", .int(budget)))
    }
    guard request.prompt.isChat else {
      body += [("echo", .bool(false)), ("stream", .bool(false))]
      return DialectCall(path: "completions", body: body)
    }
    body += [("add_generation_prompt", .bool(true)), ("include_reasoning", .bool(true))]
    body += OpenAIShape.templateMembers(request) + OpenAIShape.effortMembers(request)
    body += OpenAIShape.streamMembers
    return DialectCall(path: "chat/completions", body: body)
  }
}

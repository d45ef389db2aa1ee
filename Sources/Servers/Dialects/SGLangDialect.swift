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
    var body = OpenAIShape.members(request, model: model)
    body += OpenAIShape.samplerMembers(request, keepsStop: "no_stop_trim")
    body.append(("stream", .bool(false)))
    body += OpenAIShape.logProbabilityMembers(request)
    // Ignored without `--enable-strict-thinking`, and without a parser of reasoning.
    if let budget = request.thinkingBudget {
      body.append(("custom_params", .object([("thinking_budget", .int(budget))])))
    }
    guard request.prompt.isChat else {
      body.append(("echo", .bool(false)))
      return DialectCall(path: "completions", body: body)
    }
    body.append(("separate_reasoning", .bool(true)))
    body += OpenAIShape.templateMembers(request) + OpenAIShape.effortMembers(request)
    return DialectCall(path: "chat/completions", body: body)
  }
}

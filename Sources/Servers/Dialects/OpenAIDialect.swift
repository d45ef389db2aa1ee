import Fields

/// Any other server of OpenAI's API, and OpenAI itself.
struct OpenAIDialect: ServerDialect {
  let name = "openai"
  let meaning = "any other server, by what OpenAI documents"
  let offers: Set<ServerOffer> = [.text, .reasoningEffort]

  func call(for request: ServerRequest, model: String) -> DialectCall {
    var body = OpenAIShape.members(request, model: model)
    // An empty list is refused.
    if !request.stop.isEmpty { body.append(("stop", OpenAIShape.texts(request.stop))) }
    body += OpenAIShape.logProbabilityMembers(request)
    guard request.prompt.isChat else {
      body += [("echo", .bool(false)), ("stream", .bool(false))]
      return DialectCall(path: "completions", body: body)
    }
    body += OpenAIShape.effortMembers(request) + OpenAIShape.streamMembers
    return DialectCall(path: "chat/completions", body: body)
  }

  var identityPaths: [IdentityPath] { [IdentityPath(path: "models", isOptional: true)] }
}

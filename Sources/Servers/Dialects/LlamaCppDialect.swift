import Crypto
import Fields

/// llama.cpp: `llama-server`.
///
/// Prompts of text and ids go to its own `/completion`, which returns ids; its `/v1/completions`
/// does not. The server answers for the model that it has, whatever name it is asked for.
struct LlamaCppDialect: ServerDialect {
  let name = "llama_cpp"
  let meaning = "llama.cpp's server"
  let offers: Set<ServerOffer> = [
    .tokens, .text, .topK, .minP, .thinkingBudget, .thinkingSwitch, .reasoningEffort,
  ]

  func call(for request: ServerRequest, model: String) -> DialectCall {
    if request.prompt.isChat { return chat(request, model: model) }
    var body = OpenAIShape.members(request, model: model, length: "n_predict")
    body += samplers(request)
    body += [
      ("return_tokens", .bool(true)),
      // With 0 there are no log-probabilities at all.
      ("n_probs", .int(request.logProbabilities.map { max(1, $0) } ?? 0)),
      ("post_sampling_probs", .bool(false)),
      ("stream", .bool(false)),
    ]
    return DialectCall(path: "completion", isBesideVersion: true, body: body)
  }

  private func chat(_ request: ServerRequest, model: String) -> DialectCall {
    var body = OpenAIShape.members(request, model: model, length: "max_tokens")
    body += samplers(request) + OpenAIShape.logProbabilityMembers(request, least: 1)
    body.append(("reasoning_format", .string("auto")))
    // Releases differ in the name that they read.
    if let budget = request.thinkingBudget {
      body += [
        ("reasoning_budget_tokens", .int(budget)), ("thinking_budget_tokens", .int(budget)),
      ]
    }
    body += OpenAIShape.templateMembers(request) + OpenAIShape.effortMembers(request)
    // A stream leaves out the tokens that show no text, such as those of tags, and with them their
    // log-probabilities.
    body +=
      request.logProbabilities == nil ? OpenAIShape.streamMembers : [("stream", .bool(false))]
    return DialectCall(path: "chat/completions", body: body)
  }

  /// All that changes the distribution of the next token, switched off unless asked for. The
  /// temperature comes first, as in other servers: by itself llama.cpp cuts first.
  private func samplers(_ request: ServerRequest) -> [(String, JSONText)] {
    [
      ("samplers", OpenAIShape.texts(["temperature", "top_k", "top_p", "min_p"])),
      ("top_k", .int(request.topK)),
      ("min_p", .double(request.minP)),
      ("typical_p", .double(1)),
      ("top_n_sigma", .double(-1)),
      ("dynatemp_range", .double(0)),
      ("mirostat", .int(0)),
      ("xtc_probability", .double(0)),
      ("dry_multiplier", .double(0)),
      ("repeat_penalty", .double(1)),
      ("stop", OpenAIShape.texts(request.stop)),
      ("ignore_eos", .bool(false)),
      // A reused prompt may change bits, because its batches are others.
      ("cache_prompt", .bool(false)),
    ]
  }

  func read(_ json: JSONText, into draft: inout ResponseDraft) throws(ServerError) {
    guard let content = json["content"]?.stringValue else {
      return try OpenAIShape.read(json, into: &draft)
    }
    draft.text = content
    draft.model = json["model"]?.stringValue
    draft.promptTokens = json["tokens_evaluated"]?.countValue
    draft.completionTokens = json["tokens_predicted"]?.countValue
    draft.tokens = try json["tokens"].map { json throws(ServerError) in
      try json.tokenIDs("tokens")
    }
    if let list = json["completion_probabilities"] {
      draft.tokenProbabilities = try ServerTokenProbability.list(entries: list)
    }
    switch json["stop_type"]?.stringValue {
    case "eos": draft.finishReason = "stop"
    case "word":
      draft.finishReason = "stop"
      draft.stopDetail = json["stopping_word"]?.stringValue
      // The stop text's own tokens have ids, but no log-probabilities.
      if let count = draft.tokenProbabilities?.count, let tokens = draft.tokens {
        draft.tokens = Array(tokens.prefix(count))
      }
    case "limit": draft.finishReason = "length"
    case let other: draft.finishReason = other
    }
  }

  var identityPaths: [IdentityPath] {
    [IdentityPath(path: "models"), IdentityPath(path: "props", isBesideVersion: true)]
  }

  func identity(
    of model: String, in documents: [JSONText?]
  ) throws(ServerError) -> ServerIdentity {
    let entries = documents.first.flatMap { $0?["data"]?.arrayValue } ?? []
    let properties = documents.last ?? nil
    var identity = ServerIdentity(dialect: name, model: model)
    // The name of the file: the same weights may lie elsewhere on another machine.
    identity.root = properties?["model_path"]?.stringValue?.split(separator: "/").last
      .map(String.init)
    identity.fingerprint = properties?["build_info"]?.stringValue
    identity.maxModelLength = properties?["default_generation_settings"]?["n_ctx"]?.countValue
    if let template = properties?["chat_template"]?.stringValue {
      identity.templateDigest = hexadecimal(SHA256.hash(data: Array(template.utf8)))
    }
    let entry = entries.first { $0["id"]?.stringValue == model } ?? entries.first
    identity.vocabularySize = entry?["meta"]?["n_vocab"]?.countValue
    for name in ["n_params", "size", "ftype"] {
      guard let value = entry?["meta"]?[name] else { continue }
      identity.facts[name] = value.stringValue ?? value.compact
    }
    return identity
  }
}

import Fields
import Servers
import Testing

/// The bodies that each dialect sends.
struct DialectRequestTests {
  /// Returns the path and the body of the only request.
  private func sent(
    _ request: ServerRequest, dialect: String
  ) async throws -> (path: String, body: JSONText) {
    var limits = ServerLimits()
    limits.maxTries = 1
    return try await withServer([.reply("{}")], dialect: dialect, limits: limits) {
      client, server in
      _ = try? await client.answer(to: request)
      let received = try #require(server.requests.first)
      #expect(received.headers["content-type"] == "application/json")
      return (received.path, try JSONText(parsing: received.body.utf8))
    }
  }

  private static let sampling = ["temperature", "top_p", "seed", "n", "presence_penalty"]

  @Test(arguments: ["vllm", "sglang", "llama_cpp", "openai"])
  func `no field of sampling is left to the server`(dialect: String) async throws {
    let (_, body) = try await sent(question, dialect: dialect)
    for name in Self.sampling + (dialect == "openai" ? [] : ["top_k", "min_p"]) {
      #expect(body[name]?.isNumber == true, "\(name)")
    }
    let length = body["max_completion_tokens"] ?? body["max_tokens"]
    #expect(length?.intValue == 100)
  }

  @Test func `vLLM gets ids, its own names and all defaults`() async throws {
    var request = capital()
    request.temperature = 0.5
    request.stopTokenIDs = [151643]
    request.logProbabilities = 2
    request.thinkingBudget = 64
    let (path, body) = try await sent(request, dialect: "vllm")
    #expect(path == "/v1/completions")
    #expect(
      body.compact == """
        {"model":"qwen3-4b","prompt":[785,6722,315,9625,374],"max_tokens":4,"n":1,\
        "temperature":0.5,"top_p":1.0,"presence_penalty":0.0,"frequency_penalty":0.0,"seed":7,\
        "top_k":-1,"min_p":0.0,"repetition_penalty":1.0,"stop":[],"stop_token_ids":[151643],\
        "include_stop_str_in_output":false,"min_tokens":0,"ignore_eos":false,\
        "skip_special_tokens":true,"return_token_ids":true,"logprobs":2,\
        "thinking_token_budget":64,"echo":false,"stream":false}
        """)
  }

  @Test(arguments: [
    ("vllm", #""thinking_token_budget":64"#),
    ("sglang", #""custom_params":{"thinking_budget":64}"#),
    ("llama_cpp", #""reasoning_budget_tokens":64,"thinking_budget_tokens":64"#),
  ])
  func `each budget of thinking is where the server looks for it`(
    dialect: String, text: String
  ) async throws {
    var request = question
    request.thinkingBudget = 64
    request.thinking = true
    request.reasoningEffort = "low"
    let (path, body) = try await sent(request, dialect: dialect)
    #expect(path == "/v1/chat/completions")
    #expect(body.compact.contains(text))
    #expect(!body.compact.contains("extra_body"))
    #expect(body["chat_template_kwargs"]?.compact == #"{"enable_thinking":true}"#)
    #expect(body["reasoning_effort"]?.stringValue == "low")
  }

  @Test func `llama.cpp is asked at its own path, and keeps no prompt`() async throws {
    var request = capital()
    request.logProbabilities = 0
    request.topK = 40
    let (path, body) = try await sent(request, dialect: "llama_cpp")
    #expect(path == "/completion")
    #expect(body["cache_prompt"]?.compact == "false")
    #expect(body["n_predict"]?.intValue == 4)
    #expect(body["n_probs"]?.intValue == 1)
    #expect(body["top_k"]?.intValue == 40)
    #expect(body["repeat_penalty"]?.compact == "1.0")
    #expect(body["samplers"]?.compact == #"["temperature","top_k","top_p","min_p"]"#)
    // A stream would leave out log-probabilities.
    var chat = question
    chat.logProbabilities = 0
    let whole = try await sent(chat, dialect: "llama_cpp").body
    #expect(whole["stream"]?.compact == "false")
    let streamed = try await sent(question, dialect: "llama_cpp").body
    #expect(streamed["stream"]?.compact == "true")
  }

  @Test func `OpenAI gets no field that it would refuse`() async throws {
    let (_, body) = try await sent(question, dialect: "openai")
    for name in ["top_k", "min_p", "stop", "stop_token_ids", "max_tokens"] {
      #expect(body[name] == nil, "\(name)")
    }
    #expect(body["stream_options"]?.compact == #"{"include_usage":true}"#)
  }

  @Test func `a request for what a dialect lacks is not sent`() async throws {
    var budget = question
    budget.thinkingBudget = 10
    var stops = question
    stops.stopTokenIDs = [2]
    var switched = capital()
    switched.thinking = false
    for (request, dialect, field) in [
      (budget, "openai", "thinking_budget"), (capital(), "openai", "tokens"),
      (stops, "llama_cpp", "stop_token_ids"),
      (switched, "vllm", "thinking and reasoning_effort without a chat"),
    ] {
      try await withServer([.reply("{}")], dialect: dialect) { client, server in
        await #expect(throws: ServerError.notOffered(field, dialect: dialect)) {
          try await client.answer(to: request)
        }
        #expect(server.requests.isEmpty)
      }
    }
  }

  @Test func `an unknown dialect is told with those that exist`() {
    let address = ServerAddress(baseURL: "http://h", model: "m", dialect: "vlm")
    let error = #expect(throws: ServerError.self) { try ServerClient(address, environment: [:]) }
    #expect(
      error?.description
        == "unknown dialect 'vlm'; expected one of vllm, sglang, llama_cpp, openai")
  }
}

import Servers
import Testing

/// Answers that asking again would not better, and answers that must not be believed.
struct ServerRefusalTests {
  /// Returns the error of one request; a second one would find a good answer.
  private func error(
    _ act: MisbehavingServer.Act, dialect: String = "openai", to request: ServerRequest = question,
    limits: ServerLimits = ServerLimits(), key: String? = nil
  ) async throws -> ServerError? {
    try await withServer([act, .reply(four())], dialect: dialect, limits: limits, key: key) {
      client, server in
      let error = await #expect(throws: ServerError.self) { try await client.answer(to: request) }
      #expect(server.requests.count == 1)
      return error
    }
  }

  @Test(arguments: [
    (
      400, #"{"error": {"message": "bad seed", "type": "x"}}"#,
      "the server refuses the request (HTTP 400): bad seed"
    ),
    (
      401, #"{"error": "no"}"#,
      "the server refuses the key (HTTP 401): no; the key is read from SECRET_KEY"
    ),
    (
      403, #"{"detail": "no access"}"#,
      "the server refuses the key (HTTP 403): no access; the key is read from SECRET_KEY"
    ),
    (
      404, #"{"object": "error", "message": "no such model"}"#,
      "the server does not know this (HTTP 404): no such model"
    ),
    (422, "not\nJSON", "the server refuses the request (HTTP 422): not JSON"),
    (
      429, #"{"error": {"message": "pay first", "code": "insufficient_quota"}}"#,
      "the server refuses the request (HTTP 429): pay first"
    ),
    (501, "", "the server refuses the request (HTTP 501): without a message"),
  ])
  func `a refusal stops with one line`(status: Int, body: String, line: String) async throws {
    let error = try await error(.reply(status: status, body), key: "k-123")
    #expect(error?.description == line)
  }

  @Test(arguments: [
    ("vllm.overrun.json", 4500, 4096), ("llama_cpp.overrun.json", 9000, 1024),
  ])
  func `a prompt that does not fit is told with the numbers of tokens`(
    name: String, needed: Int, available: Int
  ) async throws {
    let error = try await error(.reply(status: 400, try recorded(name)))
    #expect(
      error?.description
        == "prompt and response need \(needed) tokens, and the server's model has \(available)")
  }

  @Test(arguments: ["null", #""tool_calls""#, #""content_filter""#, #""length_of_rope""#])
  func `an end that is neither stop nor length is an error`(reason: String) async throws {
    #expect(try await error(.reply(four(finish: reason))) != nil)
  }

  @Test func `an answer to another prompt is refused`() async throws {
    let right = try recorded("vllm.tokens.json")
    for (old, new) in [
      ("[785,6722,315,9625,374]", "[785,6722,315,9625,375]"),
      (#""prompt_tokens":5"#, #""prompt_tokens":6"#),
      (#""index":0"#, #""index":1"#),
      ("[12095,13,151645]", "[12095,13,151645,1,2,3]"),
      ("[12095,13,151645]", "[12095,13,-1]"),
    ] {
      let wrong = right.replacing(old, with: new)
      #expect(wrong != right)
      let error = try await error(.reply(wrong), dialect: "vllm", to: capital())
      switch error {
      case .mismatched, .malformed: break
      default: Issue.record("\(new): \(String(describing: error))")
      }
    }
  }

  @Test func `a stream that changes to another response is refused`() async throws {
    let right = try recorded("openai.chat.sse")
    let wrong = right.replacing("chatcmpl-B9", with: "chatcmpl-B8", maxReplacements: 1)
    let error = try await error(.stream([wrong]))
    #expect(
      error
        == .mismatched("a piece of the stream has the id 'chatcmpl-B9', another 'chatcmpl-B8'"))
  }

  @Test func `bodies, lines and nesting are bounded`() async throws {
    var limits = ServerLimits()
    limits.maxResponseBytes = 1 << 20
    limits.maxLineBytes = 1 << 16
    limits.maxTries = 1
    #expect(
      try await error(.huge(8 << 20), limits: limits)
        == .tooLarge("the response", limit: 1 << 20))
    let announced = MisbehavingServer.Act.reply(headers: ["content-length": "99999999999"], "{}")
    #expect(try await error(announced, limits: limits) == .tooLarge("the response", limit: 1 << 20))
    let line = "data: " + String(repeating: "x", count: 1 << 17)
    #expect(
      try await error(.stream([line]), limits: limits)
        == .tooLarge("a line of the stream", limit: 1 << 16))
    let deep = String(repeating: "[", count: 100_000)
    #expect(
      try await error(.reply(deep), limits: limits)
        == .gaveUp(tries: 1, last: "the response is not JSON"))
    #expect(
      try await error(.stream(["data: {\"choices\": \(deep)\n\n"]), limits: limits)
        == .tooLarge("a line of the stream", limit: 1 << 16))
  }

  @Test(arguments: [
    #"{"choices": 3}"#, #"{"choices": [{"index": 0, "message": {"content": [1]}}]}"#,
    #"{"choices": [{"message": {"content": "4"}, "finish_reason": "stop"}]}"#, "[]", "7",
    #"{"choices": [{}, {}]}"#,
  ])
  func `JSON of another shape is refused`(body: String) async throws {
    #expect(try await error(.reply(body)) != nil)
  }

  @Test func `redirects are followed to the same server only`() async throws {
    let server = try await MisbehavingServer { _, request in
      request.path == "/v2/x"
        ? .reply(four())
        : .reply(status: 307, headers: ["location": "/v2/x", "content-length": "0"], "")
    }
    try await withServer(server) { client in
      let response = try await client.answer(to: question)
      #expect(response.text == "4")
      #expect(server.requests.map(\.path) == ["/v1/chat/completions", "/v2/x"])
      #expect(server.requests[0].body == server.requests[1].body)
    }
    for (status, location) in [
      (307, "http://localhost:1/v1"), (302, "/v2/x"), (308, "//elsewhere/x"), (307, ""),
    ] {
      let error = try await error(.reply(status: status, headers: ["location": location], ""))
      #expect(error == .redirected(to: location))
    }
  }
}

import Servers
import Testing

/// A key is sent as a header, and appears nowhere else.
struct ServerKeyTests {
  private static let secret = "sk-" + String(repeating: "very-secret-0123456789-", count: 5)

  @Test func `the key goes into one header`() async throws {
    try await withServer([.reply(four())], key: Self.secret + "\n") { client, server in
      let response = try await client.answer(to: question)
      let request = try #require(server.requests.first)
      #expect(request.headers["authorization"] == "Bearer " + Self.secret)
      #expect(!request.body.contains(Self.secret))
      #expect(!request.path.contains(Self.secret))
      for text in ["\(client)", "\(client.address)", "\(response)"] {
        #expect(!text.contains(Self.secret))
      }
      var dumped = ""
      dump(client, to: &dumped, maxDepth: 4)
      #expect(!dumped.contains(Self.secret))
    }
  }

  @Test func `without a variable no key is sent`() async throws {
    try await withServer([.reply(four())]) { client, server in
      _ = try await client.answer(to: question)
      #expect(server.requests.first?.headers["authorization"] == nil)
    }
  }

  @Test(arguments: [
    MisbehavingServer.Act.reply(status: 401, #"{"error": {"message": "wrong key \#(secret)"}}"#),
    .reply(status: 400, secret), .reply(status: 500, secret),
    .reply(four(finish: "\"\(secret)\"")), .reply(status: 307, headers: ["location": secret], ""),
    .reply(#"{"choices": [{"logprobs": {"content": [{"token": "\#(secret)"}]}}]}"#),
    .stream(["data: {\"id\": \"a\", \"choices\": []}\n\ndata: {\"id\": \"\(secret)\"}\n\n"]),
  ])
  func `a server that repeats the key does not get it into an error`(
    act: MisbehavingServer.Act
  ) async throws {
    var limits = ServerLimits()
    limits.maxTries = 1
    try await withServer([act], limits: limits, key: Self.secret) { client, _ in
      do {
        _ = try await client.answer(to: question)
        Issue.record("no error")
      } catch {
        var dumped = "\(error) \(String(reflecting: error))"
        dump(error, to: &dumped)
        #expect(!dumped.contains("very-secret"))
        #expect(dumped.contains("[SECRET_KEY]"))
      }
    }
  }

  @Test(arguments: [
    ([:], "the environment variable 'SECRET_KEY' with the server's key is not set"),
    (
      ["SECRET_KEY": "  "], "the environment variable 'SECRET_KEY' with the server's key is not set"
    ),
    (
      ["SECRET_KEY": "a\nX-Other: b"],
      "the value of the environment variable 'SECRET_KEY' cannot be a key: it has spaces or "
        + "characters that are not ASCII"
    ),
  ])
  func `a key that is missing or cannot be sent is told before anything is asked`(
    environment: [String: String], line: String
  ) {
    let address = ServerAddress(
      baseURL: "http://127.0.0.1:1", model: "m", apiKeyVariable: "SECRET_KEY", dialect: "vllm")
    let error = #expect(throws: ServerError.self) {
      try ServerClient(address, environment: environment)
    }
    #expect(error?.description == line)
  }

  @Test(arguments: [
    ("127.0.0.1:8000", "is not"), ("ftp://h/v1", "is not http or https"),
    ("http:///v1", "is not an absolute URL"), ("http://me:pw@h/v1", "holds a user or a password"),
    ("http://h/v1?key=pw", "has a part after '?' or '#'"),
  ])
  func `a base URL that cannot be used is told, without a password`(
    url: String, reason: String
  ) {
    let address = ServerAddress(baseURL: url, model: "m", dialect: "vllm")
    let error = #expect(throws: ServerError.self) { try ServerClient(address, environment: [:]) }
    #expect(error?.description.contains(reason) == true)
    #expect(error?.description.contains("me:pw") == false)
  }
}

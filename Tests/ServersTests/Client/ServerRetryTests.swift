import Servers
import Testing

/// The failures after which a request is sent again, and the waits before that.
struct ServerRetryTests {
  private func limits(_ change: (inout ServerLimits) -> Void = { _ in }) -> ServerLimits {
    var limits = ServerLimits()
    limits.maxTries = 3
    change(&limits)
    return limits
  }

  @Test(arguments: [
    MisbehavingServer.Act.reply(status: 500, "{}"), .reply(status: 408, "{}"),
    .reply(status: 409, "{}"), .reply(status: 429, "{}"), .reply(status: 503, "busy"),
    .half(four()), .reply("<html>"), .stream([": ping\n\n"]),
    .stream(["data: {\"choices\": []}\n\n"], ends: false),
    .reply(status: 200, #"{"error": {"message": "engine died", "code": 500}}"#),
    .stream(["data: {\"error\": {\"message\": \"overloaded\", \"code\": 503}}\n\n"]),
  ])
  func `a failure that may pass is asked again`(act: MisbehavingServer.Act) async throws {
    let time = FakeTime()
    try await withServer([act, .reply(four())], limits: limits(), time: time) { client, server in
      let response = try await client.answer(to: question)
      #expect(response.text == "4")
      #expect(response.tries == 2)
      #expect(server.requests.count == 2)
      #expect(Set(server.requests.map(\.body)).count == 1)
    }
    #expect(time.waits.count == 1)
    #expect(time.waits.allSatisfy { $0 >= .milliseconds(250) && $0 < .milliseconds(500) })
  }

  @Test func `a server that fails every time is given up with its last words`() async throws {
    let act = MisbehavingServer.Act.reply(
      status: 500, #"{"error": {"message": "out of memory", "type": "server_error"}}"#)
    try await withServer([act], limits: limits()) { client, server in
      let error = await #expect(throws: ServerError.self) { try await client.answer(to: question) }
      #expect(error?.description == "given up after 3 tries: HTTP 500: out of memory")
      #expect(server.requests.count == 3)
    }
  }

  @Test(arguments: [
    (["retry-after": "7"], 7.0), (["retry-after-ms": "1500"], 1.5),
    (
      ["retry-after": "Sun, 06 Nov 1994 08:49:57 GMT", "date": "Sun, 06 Nov 1994 08:49:37 GMT"],
      20.0
    ), (["retry-after": "Sun, 06 Nov 1994 08:49:47 GMT"], 10.0),
  ])
  func `the wait is as long as the server asks, and a little more`(
    headers: [String: String], seconds: Double
  ) async throws {
    let time = FakeTime()
    try await withServer(
      [.reply(status: 429, headers: headers, "{}"), .reply(four())], limits: limits(), time: time
    ) { client, _ in _ = try await client.answer(to: question) }
    let wait = try #require(time.waits.first)
    #expect(wait >= .seconds(seconds) && wait < .seconds(seconds + 0.5))
  }

  @Test func `a server that asks to wait for a day is not waited for`() async throws {
    try await withServer(
      [.reply(status: 429, headers: ["retry-after": "86400"], "{}")], limits: limits()
    ) { client, _ in
      await #expect(throws: ServerError.asksToWait(seconds: 86400)) {
        try await client.answer(to: question)
      }
    }
  }

  @Test func `a model that loads is waited for without using up tries`() async throws {
    let loading = MisbehavingServer.Act.reply(
      status: 503,
      #"{"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}"#)
    let acts = [MisbehavingServer.Act](repeating: loading, count: 12) + [.reply(four())]
    try await withServer(acts, limits: limits()) { client, _ in
      let response = try await client.answer(to: question)
      #expect(response.tries == 13)
    }
    let patience = limits { $0.loadingWait = .seconds(30) }
    try await withServer([loading], limits: patience) { client, _ in
      let error = await #expect(throws: ServerError.self) { try await client.answer(to: question) }
      guard case .stillLoading(let seconds) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect((30...35).contains(seconds))
    }
  }

  @Test func `a server that never answers is late`() async throws {
    let late = limits {
      $0.firstByteTimeout = .seconds(7)
      $0.maxTries = 2
    }
    try await withServer([.silence], limits: late) { client, _ in
      await #expect(throws: ServerError.gaveUp(tries: 2, last: "no response within 7 s")) {
        try await client.answer(to: question)
      }
    }
  }

  @Test func `a response that stands still is late, and asked for again`() async throws {
    let still = limits {
      $0.idleTimeout = .seconds(9)
      $0.firstByteTimeout = .seconds(60)
      $0.maxTries = 2
    }
    let server = try await MisbehavingServer([.stall(four())])
    // The clock of tests stands until the server has been asked, once more after each wait.
    let time = FakeTime { waits in server.requests.count > waits.filter { $0 < .seconds(1) }.count }
    try await withServer(server, limits: still, time: time) { client in
      let error = await #expect(throws: ServerError.self) { try await client.answer(to: question) }
      // It may then outrun the beginning of the response.
      #expect(error?.description.contains(/(stood still for 9 s|no response within 60 s)/) == true)
      #expect(server.requests.count == 2)
    }
  }

  @Test func `a server that is not there is given up`() async throws {
    let server = try await MisbehavingServer([.silence])
    let url = server.baseURL
    try await server.close()
    let client = try ServerClient(
      ServerAddress(baseURL: url, model: "m", dialect: "openai"), limits: limits(),
      environment: [:], time: FakeTime().time)
    let error = await #expect(throws: ServerError.self) { try await client.answer(to: question) }
    #expect(error?.description.hasPrefix("given up after 3 tries: ") == true)
    #expect(error?.description.contains("onnection refused") == true)
    try await client.shutdown()
  }
}

import Fields
import Servers
import Synchronization
import Testing

/// Many requests of one call, and the order in which their responses are handed over.
struct ManyRequestsTests {
  private func requests(_ count: Int) -> [ServerRequest] {
    (0..<count).map { index in
      ServerRequest(
        .chat([ServerMessage(role: "user", content: "number \(index)")]), maxTokens: 9, seed: 1)
    }
  }

  /// Answers each chat with its own last message.
  private func echo(_ request: MisbehavingServer.Received) -> MisbehavingServer.Act {
    let json = try? JSONText(parsing: request.body.utf8)
    let text = json?["messages"]?.arrayValue?.last?["content"]?.stringValue ?? ""
    return .reply(four(content: text))
  }

  @Test func `every response reaches its own request, one at a time`() async throws {
    let server = try await MisbehavingServer { index, request in
      index % 5 == 3 ? .reply(status: 500, "{}") : self.echo(request)
    }
    let found = Mutex<[Int: String]>([:])
    let inside = Mutex(0)
    try await withServer(server) { client in
      try await client.answers(to: requests(40)) { index, response in
        let count = inside.withLock { count in
          count += 1
          return count
        }
        #expect(count == 1)
        await Task.yield()
        found.withLock { $0[index] = response.text }
        inside.withLock { $0 -= 1 }
      }
    }
    let texts = found.withLock { $0 }
    #expect(texts == Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, "number \($0)") }))
  }

  @Test(arguments: [1, 4])
  func `after a refusal nothing new is asked, and the answers that came are kept`(
    concurrency: Int
  ) async throws {
    var limits = ServerLimits()
    limits.firstConcurrency = concurrency
    limits.maxConcurrency = concurrency
    let server = try await MisbehavingServer { index, request in
      index == 4 ? .reply(status: 401, "{}") : self.echo(request)
    }
    let found = Mutex<Set<Int>>([])
    let error = try await withServer(server, limits: limits) { client in
      await #expect(throws: ServerRequestError.self) {
        try await client.answers(to: requests(200)) { index, _ in
          found.withLock { _ = $0.insert(index) }
        }
      }
    }
    // One at a time, nothing is asked after the refusal; otherwise others were open meanwhile.
    let asked = server.requests.count
    #expect(concurrency == 1 ? asked == 5 : asked < 200)
    let kept = found.withLock { $0 }
    #expect(kept.count == asked - 1)
    #expect(error.map { !kept.contains($0.request) } == true)
    #expect(error?.description.contains("the server refuses the key (HTTP 401)") == true)
  }

  @Test func `an error of the receiver ends the call and is thrown`() async throws {
    struct Full: Error {}
    let server = try await MisbehavingServer { _, request in self.echo(request) }
    let calls = Mutex(0)
    try await withServer(server) { client in
      await #expect(throws: Full.self) {
        try await client.answers(to: requests(30)) { _, _ in
          calls.withLock { $0 += 1 }
          throw Full()
        }
      }
    }
    let count = calls.withLock { $0 }
    #expect(count == 1)
  }

  @Test func `a refusal does not wait for the backoff of others`() async throws {
    var limits = ServerLimits()
    // A wait that the tests' clock never ends.
    limits.firstBackoff = .seconds(400)
    limits.longestBackoff = .seconds(400)
    let server = try await MisbehavingServer { _, request in
      request.body.contains("number 1") ? .reply(status: 404, "{}") : .reply(status: 500, "{}")
    }
    try await withServer(server, limits: limits) { client in
      let error = await #expect(throws: ServerRequestError.self) {
        try await client.answers(to: requests(2)) { _, _ in }
      }
      #expect(error?.request == 1)
    }
  }

  @Test func `a server that asks for fewer requests gets fewer, and more again later`()
    async throws
  {
    var limits = ServerLimits()
    limits.firstConcurrency = 8
    let server = try await MisbehavingServer { index, request in
      index == 0 ? .reply(status: 429, "{}") : self.echo(request)
    }
    try await withServer(server, limits: limits) { client in
      _ = try await client.answer(to: question)
      #expect(client.concurrency == 4)
    }
  }

  @Test func `a cancelled call stops asking`() async throws {
    let server = try await MisbehavingServer([.silence])
    try await withServer(server) { client in
      let task = Task { try await client.answers(to: requests(3)) { _, _ in } }
      task.cancel()
      await #expect(throws: (any Error).self) { try await task.value }
    }
  }
}

import Fields
import Foundation
import Servers
import Testing

/// The address of a llama.cpp server: `http://127.0.0.1:8080`.
private let realServer = ProcessInfo.processInfo.environment["LACONIC_LLAMA_SERVER"]

/// A llama.cpp server that runs somewhere; skipped where there is none.
@Suite(.enabled(if: realServer != nil))
struct RealServerTests {
  private func client() throws -> ServerClient {
    let address = ServerAddress(
      baseURL: realServer ?? "", model: "smollm2", dialect: "llama_cpp")
    return try ServerClient(address, environment: [:])
  }

  private let chat = ServerPrompt.chat([
    ServerMessage(role: "user", content: "What is 17 times 23? Think step by step.")
  ])

  @Test func `ids go in and come out, and the same seed draws the same`() async throws {
    let client = try client()
    let identity = try await client.identity()
    #expect(identity.maxModelLength != nil)
    var request = ServerRequest(.tokens([1, 504, 3575, 282, 4649, 314]), maxTokens: 12, seed: 7)
    request.temperature = 0.7
    request.logProbabilities = 1
    let first = try await client.answer(to: request)
    let second = try await client.answer(to: request)
    #expect(first.tokens == second.tokens)
    #expect(first.promptTokens == 6)
    #expect(first.tokens?.count == first.tokenProbabilities?.count)
    print("llama.cpp: \(identity.json.compact)\n\(first)")
    try await client.shutdown()
  }

  @Test func `chats are streamed, many at a time`() async throws {
    let client = try client()
    let requests = (0..<4).map { ServerRequest(chat, maxTokens: 24, seed: $0) }
    try await client.answers(to: requests) { index, response in
      #expect(response.completionTokens <= 24)
      print("llama.cpp \(index): \(response)")
    }
    try await client.shutdown()
  }

  @Test func `a prompt that does not fit is told with the numbers of tokens`() async throws {
    let client = try client()
    let request = ServerRequest(.tokens(Array(repeating: 504, count: 9000)), maxTokens: 4, seed: 1)
    let error = await #expect(throws: ServerError.self) { try await client.answer(to: request) }
    print("llama.cpp: \(error.map(\.description) ?? "")")
    try await client.shutdown()
  }

  @Test func `the budget is probed`() async throws {
    let client = try client()
    let probe = try await BudgetProbe.run(on: client)
    print("llama.cpp: \(probe.obedience.rawValue): \(probe.reason)")
    try await client.shutdown()
  }
}

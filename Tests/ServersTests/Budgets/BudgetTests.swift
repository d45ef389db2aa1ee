import Servers
import Testing

/// Budgets of thinking: a probe, a check of every response, and two requests where there is none.
struct BudgetTests {
  private func response(
    thinking: String?, text: String = "4", tokens: Int, counted: Int? = nil
  ) -> ServerResponse {
    ServerResponse(
      text: text, thinking: thinking, promptTokens: 1, completionTokens: tokens,
      thinkingTokens: counted, finish: .stop)
  }

  @Test func `a response obeyed its budget by the best count there is`() {
    let long = String(repeating: "so ", count: 400)
    for (response, budget, expected) in [
      (response(thinking: long, tokens: 401, counted: 400), 100, BudgetObedience.ignored),
      (response(thinking: long, tokens: 401, counted: 110), 100, .obeyed),
      // Without a count: thinking is most of the text.
      (response(thinking: long, tokens: 401), 100, .ignored),
      (response(thinking: "so", text: long, tokens: 401), 100, .obeyed),
      (response(thinking: nil, tokens: 50), 100, .obeyed),
      (response(thinking: nil, tokens: 401), 100, .unknown),
      // Thinking without an end.
      (response(thinking: long, text: "", tokens: 401), 100, .ignored),
    ] {
      #expect(BudgetCheck.obedience(of: response, to: budget) == expected)
    }
    let counted = BudgetCheck.obedience(
      of: response(thinking: long, tokens: 401, counted: 9), to: 100, thinkingTokens: 300)
    #expect(counted == .ignored)
  }

  private func thinking(_ count: Int) -> MisbehavingServer.Act {
    .reply(
      """
      {"id": "a", "choices": [{"index": 0, "finish_reason": "stop", "message":
      {"content": "6", "reasoning": "\(String(repeating: "so ", count: count))"}}],
      "usage": {"prompt_tokens": 9, "completion_tokens": \(count + 2),
      "completion_tokens_details": {"reasoning_tokens": \(count)}}}
      """)
  }

  @Test func `the probe tells a budget that is ignored from one that is obeyed`() async throws {
    for (count, expected) in [(30, BudgetObedience.obeyed), (400, .ignored)] {
      try await withServer([thinking(count)], dialect: "vllm") { client, server in
        let probe = try await BudgetProbe.run(on: client)
        #expect(probe.obedience == expected)
        #expect(probe.reason.hasPrefix("\(count) thinking tokens"))
        #expect(server.requests[0].body.contains(#""thinking_token_budget":32"#))
      }
    }
  }

  @Test func `a budget is unsupported where it is refused, unknown or moot`() async throws {
    let refusal = MisbehavingServer.Act.reply(
      status: 400, #"{"error": {"message": "thinking_token_budget needs a reasoning parser"}}"#)
    for (act, dialect, reason) in [
      (refusal, "vllm", "needs a reasoning parser"),
      (.reply(four()), "sglang", "did not think"),
      (.reply(four()), "openai", "has no field"),
    ] {
      try await withServer([act], dialect: dialect) { client, _ in
        let probe = try await BudgetProbe.run(on: client)
        #expect(probe.obedience == .unsupported)
        #expect(probe.reason.contains(reason))
      }
    }
  }

  private let forcing = BudgetForcing(
    end: "</think>", endToken: 151668, bridge: "</think>\n\n", bridgeTokens: [151668, 271])

  private func ended(
    _ finish: ServerFinish, tokens: [Int32]?, detail: String?
  ) -> ServerResponse {
    ServerResponse(
      text: "Two", tokens: tokens, promptTokens: 5, completionTokens: tokens?.count ?? 1,
      finish: finish, stopDetail: detail)
  }

  @Test func `thinking that reached its budget is closed and answered`() throws {
    var request = capital(maxTokens: 100)
    request.temperature = 0.6
    let first = forcing.thinkingRequest(
      for: request, budget: 8, offers: try #require(ServerDialects.offers(of: "vllm")))
    #expect(first.maxTokens == 8)
    #expect(first.stopTokenIDs == [151668])
    #expect(first.temperature == 0.6)
    let thinking = forcing.thinking(in: ended(.length, tokens: [11613, 323], detail: nil))
    #expect(thinking.isCut)
    let second = forcing.answerRequest(for: request, after: thinking, maxTokens: 20)
    #expect(
      second?.prompt == .tokens([785, 6722, 315, 9625, 374, 11613, 323, 151668, 271]))
    #expect(second?.maxTokens == 20)
    #expect(second?.stopTokenIDs == [])
  }

  @Test func `thinking that closed itself is answered, and an ended response is not`() throws {
    let request = capital(maxTokens: 100)
    let closed = forcing.thinking(in: ended(.stop, tokens: [11613, 151668], detail: "151668"))
    #expect(closed.tokens == [11613])
    #expect(!closed.isCut)
    #expect(forcing.answerRequest(for: request, after: closed, maxTokens: 9) != nil)
    let over = forcing.thinking(in: ended(.stop, tokens: [11613, 151645], detail: "151645"))
    #expect(forcing.answerRequest(for: request, after: over, maxTokens: 9) == nil)
  }

  @Test func `without stop tokens the mark is looked for as text`() throws {
    let request = ServerRequest(.text("2 + 2?<think>"), maxTokens: 100, seed: 1)
    let first = forcing.thinkingRequest(
      for: request, budget: 8, offers: try #require(ServerDialects.offers(of: "llama_cpp")))
    #expect(first.stop == ["</think>"])
    let thinking = forcing.thinking(in: ended(.stop, tokens: nil, detail: "</think>"))
    let second = forcing.answerRequest(for: request, after: thinking, maxTokens: 9)
    #expect(second?.prompt == .text("2 + 2?<think>Two</think>\n\n"))
    #expect(second?.stop == [])
  }
}

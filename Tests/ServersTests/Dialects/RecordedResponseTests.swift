import Servers
import Testing

/// Recorded responses of each dialect, sent by a server and read by a client.
struct RecordedResponseTests {
  private func answer(
    _ name: String, dialect: String, to request: ServerRequest
  ) async throws -> ServerResponse {
    try await withServer([try recordedAct(name)], dialect: dialect) { client, _ in
      try await client.answer(to: request)
    }
  }

  @Test func `vLLM's completion has ids, log-probabilities and what stopped it`() async throws {
    var request = capital()
    request.logProbabilities = 1
    let response = try await answer("vllm.tokens.json", dialect: "vllm", to: request)
    #expect(response.text == " Paris.")
    #expect(response.tokens == [12095, 13, 151645])
    #expect(response.logProbabilities == [-0.25, -0.5, -9999])
    #expect(response.tokenProbabilities?.map(\.id) == [12095, 13, 151645])
    #expect(response.tokenProbabilities?[0].alternatives.map(\.token) == [" Paris"])
    #expect(response.tokenProbabilities?[1].alternatives.map(\.id) == [13])
    #expect(response.finish == .stop)
    #expect(response.stopDetail == "151645")
    #expect(response.fingerprint == "vllm-0.25.0-tp1-7c1e")
    #expect([response.promptTokens, response.completionTokens] == [5, 3])
    #expect(response.thinkingFrom == .absent)
  }

  @Test func `vLLM's stream gives its thinking as reasoning, with a count`() async throws {
    let response = try await answer("vllm.thinking.sse", dialect: "vllm", to: question)
    #expect(response.thinking == "Two and two.")
    #expect(response.thinkingFrom == .reasoning)
    #expect(response.text == "4")
    #expect(response.tokens == [11613, 323, 1378, 13, 151668, 19, 151645])
    #expect(response.thinkingTokens == 5)
    #expect(response.thinkingTokensFrom == .completionDetails)
    #expect(response.requestID == "chatcmpl-77a1")
  }

  @Test func `SGLang's chat has its count of thinking at the top of usage`() async throws {
    var request = question
    request.logProbabilities = 0
    let response = try await answer("sglang.chat.json", dialect: "sglang", to: request)
    #expect(response.thinking == "Two and two.")
    #expect(response.thinkingFrom == .reasoningContent)
    #expect(response.text == "\n\n4")
    #expect(response.thinkingTokens == 3)
    #expect(response.thinkingTokensFrom == .usage)
    #expect(response.tokens == [11613, 323, 151668, 19])
    #expect(response.logProbabilities == [-0.5, -0.25, -0.125, -1])
    #expect(response.stopDetail == "151645")
  }

  @Test func `SGLang's completion has ids`() async throws {
    let response = try await answer("sglang.tokens.json", dialect: "sglang", to: capital())
    #expect(response.tokens == [12095])
    #expect(response.finish == .length)
    // They were not asked for.
    #expect(response.tokenProbabilities == nil)
  }

  @Test func `OpenAI's stream hides its thinking and counts it`() async throws {
    let response = try await answer("openai.chat.sse", dialect: "openai", to: question)
    #expect(response.text == "Four")
    #expect(response.thinking == nil)
    #expect(response.thinkingTokens == 64)
    #expect(response.model == "gpt-5.2-mini-2026-08-01")
    #expect(response.fingerprint == "fp_50cad350e4")
    #expect(response.tokens == nil)
  }

  @Test func `llama.cpp's completion has ids and log-probabilities`() async throws {
    var request = ServerRequest(.tokens([1, 504, 3575, 282, 4649, 314]), maxTokens: 4, seed: 7)
    request.logProbabilities = 0
    let response = try await answer("llama_cpp.tokens.json", dialect: "llama_cpp", to: request)
    #expect(response.text == " Paris. It's")
    #expect(response.tokens == [7042, 30, 657, 506])
    #expect(response.tokenProbabilities?.map(\.token) == [" Paris", ".", " It", "'s"])
    #expect(response.tokenProbabilities?.allSatisfy { $0.alternatives.isEmpty } == true)
    #expect(response.logProbabilities?[0] == -0.2634612)
    #expect([response.promptTokens, response.completionTokens] == [6, 4])
    #expect(response.finish == .length)
  }

  @Test func `llama.cpp says which word or token ended its completion`() async throws {
    var request = ServerRequest(.text("one,"), maxTokens: 12, seed: 7)
    let eos = try await answer("llama_cpp.stop-eos.json", dialect: "llama_cpp", to: request)
    #expect(eos.text == "Yes.")
    #expect(eos.tokens == [10539, 30, 2])
    #expect(eos.finish == .stop)
    #expect(eos.stopDetail == nil)
    request.logProbabilities = 0
    let word = try await answer("llama_cpp.stop-word.json", dialect: "llama_cpp", to: request)
    #expect(word.stopDetail == "eight")
    // The stop word has an id in the response, and no log-probability.
    #expect(word.tokens == [2976, 28, 4962, 28])
    #expect(word.completionTokens == 5)
  }

  @Test func `llama.cpp's stream of a chat gives its thinking as reasoning_content`() async throws {
    let response = try await answer(
      "llama_cpp.thinking-budget.sse", dialect: "llama_cpp", to: question)
    #expect(response.thinking == "17 * 2")
    #expect(response.thinkingFrom == .reasoningContent)
    #expect(response.text == "This is a classic example of a mathematical expression that")
    #expect(response.completionTokens == 20)
    #expect(response.finish == .length)
    #expect(response.fingerprint == "b0-unknown")
    // Its pieces have no ids.
    #expect(response.tokens == nil)
    #expect(response.thinkingTokensFrom == .absent)
  }

  @Test func `llama.cpp's chat with log-probabilities has the ids of all tokens`() async throws {
    var request = question
    request.logProbabilities = 0
    let response = try await answer(
      "llama_cpp.thinking-logprobs.json", dialect: "llama_cpp", to: request)
    #expect(response.tokens?.count == 20)
    #expect(response.tokenProbabilities?[5...7].map(\.token) == ["</", "think", ">"])
    #expect(BudgetCheck.obedience(of: response, to: 6) == .obeyed)
  }

  @Test func `a stream that lost log-probabilities is refused`() async throws {
    var request = question
    request.logProbabilities = 0
    let stream = try recorded("openai.chat.sse").replacing(
      #""delta":{"content":"Four"},"logprobs":null"#,
      with: #""delta":{"content":"Four"},"logprobs":{"content":[{"token":"F","logprob":-1.0}]}"#)
    await #expect(throws: ServerError.malformed("74 tokens have 1 log-probabilities")) {
      try await withServer([.stream([stream])]) { client, _ in
        _ = try await client.answer(to: request)
      }
    }
  }

  @Test(arguments: [
    ("openai.filtered.json", "openai", "content_filter"), ("sglang.abort.json", "sglang", "abort"),
  ])
  func `a response that ended in another way is not returned`(
    name: String, dialect: String, reason: String
  ) async throws {
    var limits = ServerLimits()
    limits.maxTries = 2
    let error = await #expect(throws: ServerError.self) {
      try await withServer([try recordedAct(name)], dialect: dialect, limits: limits) {
        client, _ in try await client.answer(to: question)
      }
    }
    #expect(error?.description.contains(reason) == true)
  }
}

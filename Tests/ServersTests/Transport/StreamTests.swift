import Servers
import Testing

/// Streams that are cut anywhere, with everything that the standard allows.
struct StreamTests {
  private func text(_ pieces: [String]) async throws -> String {
    try await withServer([.stream(pieces)]) { client, _ in
      try await client.answer(to: question).text
    }
  }

  private static let events = [
    #"{"id":"a","choices":[{"index":0,"delta":{"content":"Fo"},"finish_reason":null}]}"#,
    #"{"id":"a","choices":[{"index":0,"delta":{"content":"ür"},"finish_reason":"stop"}]}"#,
    #"{"id":"a","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
  ]

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `lines end as the standard allows`(end: String) async throws {
    let stream =
      "\u{FEFF}: ping\(end)\(end)event: x\(end)id: 7\(end)retry\(end)"
      + Self.events.map { "data: \($0)\(end)\(end)" }.joined()
      + "data:[DONE]\(end)\(end)"
    #expect(try await text([stream]) == "Foür")
    // One byte at a time, or two of a character apart.
    #expect(try await text(stream.unicodeScalars.map { String($0) }) == "Foür")
  }

  @Test func `the data lines of one event belong together`() async throws {
    let stream = Self.events.map {
      "data: " + $0.replacing(#""choices""#, with: "\ndata: \"choices\"") + "\n\n"
    }.joined()
    #expect(try await text([stream]) == "Foür")
  }

  @Test func `nothing after the end of the stream is read`() async throws {
    let stream = Self.events.map { "data: \($0)\n\n" }.joined()
    #expect(try await text([stream, "data: [DONE]\n\n", "data: {\"id\": \"b\"}\n\n"]) == "Foür")
  }

  @Test func `an event that the stream does not finish is none`() async throws {
    let stream = Self.events.map { "data: \($0)" }.joined(separator: "\n\n")
    var limits = ServerLimits()
    limits.maxTries = 1
    try await withServer([.stream([stream])], limits: limits) { client, _ in
      await #expect(
        throws: ServerError.malformed("the response does not say how many tokens it has")
      ) { try await client.answer(to: question) }
    }
  }

  @Test(arguments: [
    ("<think>two and two</think>4", "two and two", "4"), ("two</think>\n4", "two", "\n4"),
    ("<think>two", "two", ""),
  ])
  func `a server without a parser of reasoning is read by its tags`(
    content: String, thinking: String, answer: String
  ) async throws {
    let escaped = content.replacing("\n", with: "\\n")
    try await withServer([.reply(four(content: escaped))]) { client, _ in
      let response = try await client.answer(to: question)
      #expect(response.thinking == thinking)
      #expect(response.text == answer)
      #expect(response.thinkingFrom == .tags)
    }
  }
}

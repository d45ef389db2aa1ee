import Foundation
import Servers

/// The bytes of a response that a server sent, or would send; see `Recorded/README.md`.
func recorded(_ name: String) throws -> String {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Recorded")
  return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
}

/// A recorded response as a server sends it: `.sse` as a stream, cut where pieces of events end.
func recordedAct(_ name: String) throws -> MisbehavingServer.Act {
  let text = try recorded(name)
  guard name.hasSuffix(".sse") else { return .reply(text) }
  var pieces: [String] = []
  var rest = Substring(text)
  while !rest.isEmpty {
    pieces.append(String(rest.prefix(97)))
    rest = rest.dropFirst(97)
  }
  return .stream(pieces)
}

/// Runs a client against a server, and closes both.
@discardableResult
func withServer<Value>(
  _ server: MisbehavingServer, dialect: String = "openai", limits: ServerLimits = ServerLimits(),
  key: String? = nil, time: FakeTime = FakeTime(),
  _ body: (ServerClient) async throws -> Value
) async throws -> Value {
  let client = try ServerClient(
    ServerAddress(
      baseURL: server.baseURL, model: "qwen3-4b", apiKeyVariable: key.map { _ in "SECRET_KEY" },
      dialect: dialect), limits: limits, environment: key.map { ["SECRET_KEY": $0] } ?? [:],
    time: time.time)
  let result: Result<Value, any Error>
  do {
    result = .success(try await body(client))
  } catch {
    result = .failure(error)
  }
  try await client.shutdown()
  try await server.close()
  return try result.get()
}

/// Runs a client against a server that acts as listed.
@discardableResult
func withServer<Value>(
  _ acts: [MisbehavingServer.Act], dialect: String = "openai",
  limits: ServerLimits = ServerLimits(), key: String? = nil, time: FakeTime = FakeTime(),
  _ body: (ServerClient, MisbehavingServer) async throws -> Value
) async throws -> Value {
  let server = try await MisbehavingServer(acts)
  return try await withServer(server, dialect: dialect, limits: limits, key: key, time: time) {
    try await body($0, server)
  }
}

/// A question of one word.
let question = ServerRequest(
  .chat([ServerMessage(role: "user", content: "2 + 2?")]), maxTokens: 100, seed: 7)

/// The five ids of "The capital of France is" in Qwen's vocabulary.
func capital(maxTokens: Int = 4) -> ServerRequest {
  ServerRequest(.tokens([785, 6722, 315, 9625, 374]), maxTokens: maxTokens, seed: 7)
}

/// A chat's whole response that says "4".
func four(finish: String = "\"stop\"", content: String = "4") -> String {
  """
  {"id": "r1", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant",
  "content": "\(content)"}, "finish_reason": \(finish)}],
  "usage": {"prompt_tokens": 6, "completion_tokens": 1}}
  """
}

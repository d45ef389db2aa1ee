import Foundation
import Servers
import Stages
import Synchronization

/// A server in this process: it adds the two digits of a prompt's first sum, thinking aloud, and
/// remembers what it was asked.
final class ScriptedServer: AnsweringServer {
  struct Away: Error, CustomStringConvertible { let description = "the connection is refused" }
  struct Dead: Error, CustomStringConvertible { let description = "the connection broke" }

  struct Settings: Sendable {
    var isAway = false
    var root = "checkpoint-1"
    var fingerprint: String? = "build-1"
    /// The number of answers after which the connection breaks; nil for none.
    var dies: Int?
    /// The number of answers after which the build changes.
    var changes: Int?
    var thinkingTokens: Int? = 4
  }

  private struct State {
    var settings: Settings
    var asked: [ServerRequest] = []
    var identityQuestions = 0
  }

  private let state: Mutex<State>

  init(_ settings: Settings = Settings()) { state = Mutex(State(settings: settings)) }

  var connector: ServerConnector { ServerConnector { [self] _, _ in self } }
  var asked: [ServerRequest] { state.withLock(\.asked) }
  var identityQuestions: Int { state.withLock(\.identityQuestions) }

  func set(_ change: (inout Settings) -> Void) { state.withLock { change(&$0.settings) } }

  func identity() async throws -> ServerIdentity {
    let settings = state.withLock { state in
      state.identityQuestions += 1
      return state.settings
    }
    if settings.isAway { throw Away() }
    return ServerIdentity(
      dialect: "vllm", model: "adder", root: settings.root, maxModelLength: 4096)
  }

  /// Answers the last request first, since answers come in any order.
  func answers(
    to requests: [ServerRequest], each: @Sendable (Int, ServerResponse) async throws -> Void
  ) async throws {
    for (count, index) in requests.indices.reversed().enumerated() {
      let settings = state.withLock(\.settings)
      if settings.isAway { throw Away() }
      if settings.dies == count { throw Dead() }
      state.withLock { $0.asked.append(requests[index]) }
      var response = Self.response(to: requests[index], settings)
      if let changes = settings.changes, count >= changes { response.fingerprint = "build-2" }
      try await each(index, response)
    }
  }

  func shutdown() async throws {}

  private static func response(
    to request: ServerRequest, _ settings: Settings
  ) -> ServerResponse {
    let text: String =
      switch request.prompt {
      case .chat(let messages): messages.last?.content ?? ""
      case .text(let text): text
      case .tokens: ""
      }
    let digits = text.utf8.filter { (48...57).contains($0) }.prefix(2).map { Int($0) - 48 }
    let sum = digits.reduce(0, +)
    return ServerResponse(
      text: "The answer is \\boxed{\(sum)}.", thinking: "I add \(digits).",
      thinkingFrom: .reasoning, promptTokens: 20, completionTokens: 12,
      thinkingTokens: settings.thinkingTokens,
      thinkingTokensFrom: settings.thinkingTokens == nil ? .absent : .completionDetails,
      finish: .stop, model: "adder", fingerprint: settings.fingerprint,
      requestID: "request-\(request.seed)")
  }
}

/// A pipeline that asks a server for the sums of `test.jsonl`, in a folder of its own.
struct ServerPipeline {
  let own: OwnData
  let server: ScriptedServer

  static let problems = Data(
    (1...5).map { #"{"q":"\#($0)+2=?","a":"\#($0 + 2)"}"# + "\n" }.joined().utf8)

  static func with<Result>(
    _ server: ScriptedServer = ScriptedServer(), _ body: (ServerPipeline) throws -> Result
  ) throws -> Result {
    try OwnData.with { own in
      try own.write(problems, to: "test.jsonl")
      return try body(ServerPipeline(own: own, server: server))
    }
  }

  /// - Parameters:
  ///   - fields: further fields of the server, and of the stage.
  ///   - kind: `eval` unless another is given.
  static func yaml(
    server fields: String = "", stage more: String = "", format: String = "{name: messages}",
    sampling: String = "{num_generations: 2, max_new_tokens: 64}", kind: String = "eval",
    url: String = "http://127.0.0.1:9/v1"
  ) -> String {
    """
    version: 1
    name: asked
    response_format: \(format)
    stages:
      sums:
        kind: data
        inputs: {files: {test: {file: test.jsonl}}}
        fields: {prompt: q, answer: a}
      scores:
        kind: \(kind)
        inputs:
          policy:
            server: {base_url: "\(url)", model: adder, dialect: vllm\(fields)}
          problems: sums
        \(kind == "eval" ? "splits: [test]" : "split: test")
        sampling: \(sampling)
        \(more)
    """
  }
}

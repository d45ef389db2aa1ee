import Fields
import ModelCore
import PipelineCore
import Reasoning
import Servers
import TensorCore

/// A policy that is a server: it answers, and can do nothing else.
struct ServerPolicy: Policy {
  let identity: String
  let capabilities: Set<PolicyCapability> = []
  let vocabularySize: Int? = nil
  let maxPositions: Int?
  let promptForm: PolicyPromptForm
  private let server: any AnsweringServer
  private let format: any ResponseFormat
  private let spending: ServerSpending
  private let build: ServerBuild?
  private let isAskedToEnd: () -> Bool

  /// The time that answers on their way get to arrive once the stage is asked to end.
  private static let milliseconds = (step: 100, grace: 30_000)

  /// - Parameters:
  ///   - build: the build that all responses must come from; nil if any may.
  ///   - isAskedToEnd: true once nothing new is to be asked.
  init(
    _ server: any AnsweringServer, _ configuration: ServerConfiguration, maxPositions: Int?,
    format: any ResponseFormat, spending: ServerSpending, build: ServerBuild?,
    isAskedToEnd: @escaping () -> Bool
  ) {
    identity = configuration.address
    self.maxPositions = maxPositions
    promptForm = configuration.prompt.form
    self.server = server
    self.format = format
    self.spending = spending
    self.build = build
    self.isAskedToEnd = isAskedToEnd
  }

  func sample(_ requests: [PolicyRequest]) throws -> [PolicyResponse] {
    var responses = [PolicyResponse?](repeating: nil, count: requests.count)
    try sample(requests) { responses[$0] = $1 }
    return responses.compactMap { $0 }
  }

  /// - Throws: `StageFailure`, also where the next request could not be paid.
  func sample(
    _ requests: [PolicyRequest], each: (Int, PolicyResponse) throws -> Void
  ) throws {
    let asked = requests.map(ServerRequest.init)
    var next = 0
    while next < asked.count {
      let count = try spending.affordable(asked[next...])
      try ask(Array(asked[next..<next + count])) { index, response in
        try build?.check(response)
        spending.add(prompt: response.promptTokens, completion: response.completionTokens)
        try each(next + index, .text(text(of: response, to: asked[next + index])))
      }
      next += count
    }
  }

  /// Asks requests and hands over their responses on this thread. After an error nothing new is
  /// asked, and what is being answered already is handed over.
  private func ask(
    _ requests: [ServerRequest], each: (Int, ServerResponse) throws -> Void
  ) throws {
    let handoff = AnswerHandoff()
    let task = Task.detached(executorPreference: WaitedWork.executor) { [server] in
      do {
        try await server.answers(to: requests) { try await handoff.bring($0, $1) }
        handoff.finish(.success(()))
      } catch {
        handoff.finish(.failure(error))
      }
    }
    var failure: (any Error)?
    var waited = 0
    while true {
      switch handoff.next(within: Self.milliseconds.step) {
      case .answer(let index, let response, let reply):
        do {
          try each(index, response)
          reply(nil)
        } catch {
          if failure == nil { failure = error }
          reply(error)
        }
      case .end(let error):
        if let failure { throw failure }
        guard let error else { return }
        throw StageFailure(Self.sentence(error))
      case nil:
        guard isAskedToEnd() || failure != nil else { continue }
        waited += Self.milliseconds.step
        if waited >= Self.milliseconds.grace { task.cancel() }
      }
    }
  }

  private static func sentence(_ error: any Error) -> String {
    (error as? ServerRequestError)?.error.description ?? error.inWords
  }

  // MARK: Responses

  private func text(of response: ServerResponse, to request: ServerRequest) -> TextResponse {
    let countsHere =
      response.thinkingTokens == nil && response.thinking != nil && format.countsTokens
    return TextResponse(
      wholeText(of: response), tokenCount: response.completionTokens,
      thinkingTokenCount: response.thinkingTokens, promptTokenCount: response.promptTokens,
      stop: response.stop(among: request.stop),
      note: AnswerNote(
        requestID: response.requestID, finish: response.finish.rawValue,
        stopDetail: response.stopDetail, model: response.model,
        fingerprint: response.fingerprint, thinkingFrom: response.thinkingFrom.rawValue,
        thinkingTokensFrom: (countsHere ? .tokenizer : response.thinkingTokensFrom).rawValue,
        tries: response.tries))
  }

  /// The response as one text, with the thinking before the mark that ends it.
  private func wholeText(of response: ServerResponse) -> String {
    let mark = format.thinkingMark
    if let thinking = response.thinking {
      return mark.isEmpty
        ? "<think>\n\(thinking)\n</think>\n\n\(response.text)" : thinking + mark + response.text
    }
    // A finished answer to messages without any thinking is all answer.
    guard !mark.isEmpty, promptForm == .messages, response.finish == .stop,
      !response.text.contains(mark)
    else { return response.text }
    return mark + response.text
  }
}

extension ServerResponse {
  fileprivate func stop(among texts: [String]) -> StopReason {
    switch finish {
    case .length: .length
    case .stop: stopDetail.map(texts.contains) ?? false ? .stopString : .stopToken
    }
  }
}

extension ServerPrompt {
  init(_ prompt: PolicyPrompt) {
    self =
      switch prompt {
      case .tokens(let ids): .tokens(ids)
      case .text(let text): .text(text)
      case .messages(let messages):
        .chat(messages.map { ServerMessage(role: $0.role, content: $0.content) })
      }
  }
}

extension ServerRequest {
  init(_ request: PolicyRequest) {
    let settings = request.settings
    self.init(
      ServerPrompt(request.prompt), maxTokens: settings.maxNewTokens,
      seed: Int(request.stream.word(at: 0) & 0x7FFF_FFFF))
    temperature = settings.temperature
    topP = settings.topP
    topK = settings.topK
    minP = settings.minP
    stop = settings.stopStrings.map(\.text)
  }
}

/// The build of a server, which must not change between responses that count as one model's.
final class ServerBuild {
  private var fingerprint: String?

  /// - Parameter stored: responses that the server gave before.
  init(of stored: some Sequence<ResponseRecord>) {
    fingerprint = stored.lazy.compactMap { $0.note?.fingerprint }.first
  }

  /// - Throws: `StageFailure` if the response is of another build than those before.
  func check(_ response: ServerResponse) throws {
    guard let now = response.fingerprint else { return }
    guard let before = fingerprint else {
      fingerprint = now
      return
    }
    guard now == before else {
      throw StageFailure(
        "the server changed between responses: its system_fingerprint was \(before.quoted) and is "
          + "\(now.quoted); ask one that stays the same, or write 'system_fingerprint: any'")
    }
  }
}

import Fields

/// A client of one server: asks, waits, asks again, and returns whole responses only.
package final class ServerClient: AnsweringServer {
  package let address: ServerAddress
  package let limits: ServerLimits
  let dialect: any ServerDialect
  private let url: ServerURL
  private let key: ServerKey?
  private let time: ServerTime
  private let transport: HTTPTransport
  private let gate: RequestGate

  /// - Parameters:
  ///   - environment: the variables among which the key is looked up.
  ///   - time: the clocks; tests have their own.
  /// - Throws: `ServerError` for an address that cannot be used, or a key that is missing.
  package init(
    _ address: ServerAddress, limits: ServerLimits = ServerLimits(),
    environment: [String: String], time: ServerTime = .system
  ) throws(ServerError) {
    self.address = address
    self.limits = limits
    self.time = time
    dialect = try ServerDialects.named(address.dialect)
    do {
      url = try ServerURL(address.baseURL)
    } catch {
      throw .address(address.baseURL, error)
    }
    if let variable = address.apiKeyVariable {
      key = try ServerKey(named: variable, in: environment)
    } else {
      key = nil
    }
    transport = HTTPTransport(limits: limits, time: time)
    gate = RequestGate(ConcurrencyWindow(limits))
  }

  /// The number of requests that may be open now.
  package var concurrency: Int { gate.limit }

  package func shutdown() async throws { try await transport.shutdown() }

  // MARK: - Identity

  package func identity() async throws -> ServerIdentity {
    var documents: [JSONText?] = []
    for path in dialect.identityPaths {
      do {
        documents.append(try await document(path))
      } catch ServerError.notFound where path.isOptional {
        documents.append(nil)
      }
    }
    do throws(ServerError) {
      return try dialect.identity(of: address.model, in: documents)
    } catch {
      throw error.texts(changed: hide)
    }
  }

  private func document(_ path: IdentityPath) async throws -> JSONText {
    let call = HTTPCall(url: url.appending(path.path, isBesideVersion: path.isBesideVersion))
    return try await tried(0, until: RequestHalt()) { _ in
      let reader = try await self.send(call)
      guard let json = try? JSONText(parsingPython: reader.body) else {
        throw CallFailure.final(.malformed("'\(path.path)' is not JSON"))
      }
      return json
    }
  }

  // MARK: - Responses

  /// Asks one request.
  /// - Throws: `ServerError`; `CancellationError`.
  package func answer(to request: ServerRequest) async throws -> ServerResponse {
    try await answer(to: request, number: 0, until: RequestHalt())
  }

  package func answers(
    to requests: [ServerRequest], each: @Sendable (Int, ServerResponse) async throws -> Void
  ) async throws {
    let halt = RequestHalt()
    var first: (any Error)?
    await withTaskGroup(of: (Int, Result<ServerResponse, any Error>).self) { group in
      var next = 0
      func ask() {
        guard first == nil, next < requests.count else { return }
        let index = next
        next += 1
        group.addTask {
          do {
            let response = try await self.answer(
              to: requests[index], number: UInt64(index), until: halt)
            return (index, .success(response))
          } catch let error as ServerError {
            halt.now()
            return (index, .failure(ServerRequestError(request: index, error: error)))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      for _ in 0..<max(1, limits.maxConcurrency) { ask() }
      // A response that could not be stored will not be the last: nothing more is handed over.
      var isStored = true
      while let (index, result) = await group.next() {
        do {
          let response = try result.get()
          guard isStored else { continue }
          isStored = false
          try await each(index, response)
          isStored = true
        } catch {
          // A request that was halted says less than the one that failed.
          if first == nil || first is CancellationError { first = error }
          halt.now()
        }
        ask()
      }
    }
    if let first { throw first }
    try Task.checkCancellation()
  }

  private func answer(
    to request: ServerRequest, number: UInt64, until halt: RequestHalt
  ) async throws -> ServerResponse {
    try dialect.check(request)
    let asked = dialect.call(for: request, model: address.model)
    let call = HTTPCall(
      url: url.appending(asked.path, isBesideVersion: asked.isBesideVersion),
      body: Array(JSONText.object(asked.body).compact.utf8))
    return try await tried(number, until: halt) { tries in
      var reader = try await self.send(call)
      if !reader.isStream {
        guard let json = try? JSONText(parsingPython: reader.body) else {
          throw CallFailure.passing(retryAfter: nil, reason: "the response is not JSON")
        }
        try self.read(json, &reader)
      } else if reader.draft.finishReason == nil {
        throw CallFailure.passing(retryAfter: nil, reason: "the stream ended before the response")
      }
      return try reader.draft.response(
        to: request, requestID: reader.head["x-request-id"], tries: tries)
    }
  }

  private func read(_ json: JSONText, _ reader: inout ReplyReader) throws(CallFailure) {
    if json.value(of: "error") != nil { throw failure(reader.head, body: reader.body) }
    do throws(ServerError) {
      try reader.read(json)
    } catch {
      throw .final(error)
    }
  }

  // MARK: - Tries

  /// Repeats one try until it returns, as `RetrySchedule` says.
  /// - Parameter attempt: takes the number of times that it was called, from 1.
  private func tried<Value: Sendable>(
    _ number: UInt64, until halt: RequestHalt,
    _ attempt: @Sendable (_ tries: Int) async throws -> Value
  ) async throws -> Value {
    var schedule = RetrySchedule(limits: limits, number: number)
    var tries = 0
    while true {
      try await gate.enter()
      guard !halt.isHalted else {
        gate.leave { _ in }
        throw CancellationError()
      }
      tries += 1
      let failure: CallFailure
      do {
        let value = try await attempt(tries)
        gate.leave { $0.responded(now: self.time.now()) }
        return value
      } catch let error as CallFailure {
        failure = error
        gate.leave { window in
          if case .throttled = error { window.throttled(now: self.time.now()) }
        }
      } catch let error as ServerError {
        gate.leave { _ in }
        throw error.texts(changed: hide)
      } catch let error as ConnectionFailure {
        gate.leave { _ in }
        failure = .passing(retryAfter: nil, reason: error.reason)
      } catch {
        gate.leave { _ in }
        throw error
      }
      switch schedule.step(after: failure, now: time.now()) {
      case .stop(let error): throw error.texts(changed: hide)
      case .wait(let duration): try await halt.wait(duration, on: time)
      }
    }
  }

  /// Sends a call once, and follows redirects to the same server.
  /// - Throws: `CallFailure` for a response that is an error.
  private func send(_ call: HTTPCall) async throws -> ReplyReader {
    var call = call
    call.headers.append(("accept", "application/json, text/event-stream"))
    if let key { call.headers.append(("authorization", key.authorization)) }
    let mostRedirects = 3
    for _ in 0...mostRedirects {
      let reader = try await transport.send(
        call, to: ReplyReader(dialect: dialect, limits: limits))
      let status = reader.head.status
      if (300..<400).contains(status) {
        let location = reader.head["location"] ?? ""
        // The others turn a POST into a GET.
        let isKept = call.body == nil || status == 307 || status == 308
        guard isKept, let target = url.redirected(to: location) else {
          throw CallFailure.final(.redirected(to: location))
        }
        call.url = target
        continue
      }
      if let body = reader.streamError { throw failure(reader.head, body: body) }
      guard status == 200 else { throw failure(reader.head, body: reader.body) }
      return reader
    }
    throw CallFailure.final(.redirected(to: call.url))
  }

  private func failure(_ head: HTTPHead, body: [UInt8]) -> CallFailure {
    ServerFault(head, body: body, hide: hide)
      .failure(now: time.date(), variable: key?.variable)
  }

  private func hide(_ text: String) -> String { key?.removed(from: text) ?? text }
}

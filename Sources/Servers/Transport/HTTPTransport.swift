import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Sends calls over HTTP/1.1, with bounds on every wait. TLS is checked as the system's
/// certificates say; redirects are handed over like other responses.
final class HTTPTransport: Sendable {
  private let client: HTTPClient
  private let limits: ServerLimits
  private let time: ServerTime
  private let isShutDown = Mutex(false)

  init(limits: ServerLimits, time: ServerTime) {
    self.limits = limits
    self.time = time
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(limits.connectTimeout)))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
      max(1, limits.maxConcurrency)
    // Tries are counted in one place.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Sends a call and hands its response over as it arrives.
  /// - Returns: the receiver, which has taken the whole response.
  /// - Throws: `ServerError` of the receiver; `ConnectionFailure`; `CancellationError`.
  func send<Receiver: HTTPReceiver>(
    _ call: HTTPCall, to receiver: Receiver
  ) async throws -> Receiver {
    let progress = ResponseProgress(start: time.now(), limits: limits)
    return try await withThrowingTaskGroup(of: Receiver.self) { group in
      group.addTask { try await self.receive(call, by: receiver, progress) }
      group.addTask {
        while true {
          switch progress.check(now: self.time.now()) {
          case .wait(let duration): try await self.time.sleep(duration)
          case .late(let failure): throw failure
          }
        }
      }
      defer { group.cancelAll() }
      guard let received = try await group.next() else { throw CancellationError() }
      return received
    }
  }

  private func receive<Receiver: HTTPReceiver>(
    _ call: HTTPCall, by first: Receiver, _ progress: ResponseProgress
  ) async throws -> Receiver {
    var receiver = first
    do {
      // The watch over `progress` ends it earlier.
      let response = try await client.execute(request(call), deadline: .distantFuture)
      progress.advance(now: time.now())
      try receiver.begin(
        HTTPHead(
          status: Int(response.status.code),
          headers: response.headers.map { ($0.name, $0.value) }))
      for try await piece in response.body {
        progress.advance(now: time.now())
        try receiver.take(piece.readableBytesView)
      }
      return receiver
    } catch let error as ServerError {
      throw error
    } catch {
      try Task.checkCancellation()
      if error is CancellationError { throw error }
      throw ConnectionFailure(error)
    }
  }

  private func request(_ call: HTTPCall) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: call.url)
    request.headers = HTTPHeaders(call.headers.map { ($0.name, $0.value) })
    if let body = call.body {
      request.method = .POST
      request.headers.replaceOrAdd(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    return request
  }

  func shutdown() async throws {
    isShutDown.withLock { $0 = true }
    try await client.shutdown()
  }

  deinit {
    // An HTTP client must be closed, also after an error that nothing expected.
    if !isShutDown.withLock(\.self) { client.shutdown { _ in } }
  }
}

/// A connection that failed, in words without anything that was sent.
struct ConnectionFailure: Error, Sendable, Hashable {
  let reason: String

  init(reason: String) { self.reason = reason }

  init(_ error: any Error) {
    switch error {
    case let error as HTTPClientError:
      reason =
        switch error {
        case .connectTimeout: "no connection in time"
        case .remoteConnectionClosed: "the connection was closed before the response ended"
        default: "the connection failed: \(error.shortDescription)"
        }
    case let error as NIOConnectionError:
      if let failure = error.connectionErrors.first {
        reason = "no connection to \(error.host):\(error.port): \(failure.error)"
      } else {
        reason = "the address of \(error.host) was not found"
      }
    default: reason = "the connection failed: \(error)"
    }
  }
}

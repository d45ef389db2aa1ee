import Dispatch
import Foundation
import HTTPTypes
package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import PipelineCore
import Synchronization

/// Serves the page on the loopback address, until the process ends.
package struct PageServer: Sendable {
  /// A browser opens six connections; a few windows may be open.
  private static let mostConnections = 64
  private static let mostHeaderBytes = 16 << 10

  private let page: LivePage

  package init(_ page: LivePage) { self.page = page }

  /// Serves until the process ends, or nobody can know where.
  /// - Parameters:
  ///   - port: the port; 0 for any that is free.
  ///   - tell: receives the page's address as soon as it can be opened; false if it reached nobody,
  ///     which ends the server.
  /// - Throws: if the port cannot be had.
  package func run(port: Int, tell: @escaping @Sendable (String) -> Bool) throws {
    let outcome = Mutex<(any Error)?>(nil)
    let end = DispatchSemaphore(value: 0)
    let app = application(port: port) { [token = page.token] in
      if !tell("http://127.0.0.1:\($0)/?token=\(token.text)") { end.signal() }
    }
    Task {
      do {
        try await app.run()
      } catch {
        outcome.withLock { $0 = error }
      }
      end.signal()
    }
    end.wait()
    if let error = outcome.withLock({ $0 }) { throw PageServerError(error, port: port) }
  }

  /// - Parameter tell: receives the port when the server listens.
  package func application(
    port: Int, tell: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> some ApplicationProtocol {
    Application(
      responder: PageResponder(page: page),
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(60),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: Self.mostHeaderBytes, maxHeaderListSize: Self.mostHeaderBytes,
            maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
      onServerRunning: { channel in channel.localAddress?.port.map(tell) },
      logger: Logger(label: "laconic.watch", factory: { _ in SwiftLogNoOpLogHandler() }))
  }
}

/// The reason why the page cannot be served.
package struct PageServerError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ error: any Error, port: Int) {
    let code = (error as? IOError)?.errnoCode
    let reason = code.map { words(ofCode: $0) } ?? error.inWords
    description =
      "cannot serve the page on port \(port): \(reason)"
      + (code == EADDRINUSE ? "; without --port a free one is taken" : "")
  }
}

/// A request with the port that it came to.
struct PageContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let port: Int?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    port = source.channel.localAddress?.port
  }
}

/// Hands requests to the page.
struct PageResponder: HTTPResponder {
  let page: LivePage

  func respond(to request: Request, context: PageContext) async throws -> Response {
    let answer = page.answer(
      PageRequest(
        method: request.head.method.rawValue, host: request.head.authority,
        target: request.head.path ?? ""),
      port: context.port ?? 0)
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
  }
}

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on the loopback that answers as a test says, well or badly.
final class MisbehavingServer: Sendable {
  /// A request as it arrived.
  struct Received: Sendable {
    var path: String
    /// By their names in lower case.
    var headers: [String: String]
    var body: String
  }

  enum Act: Sendable {
    case reply(status: Int = 200, headers: [String: String] = [:], String)
    /// A stream of events, each sent by itself; without `ends`, the connection is cut after them.
    case stream([String], ends: Bool = true)
    /// Half of the body that the headers announce, then the connection is cut.
    case half(String)
    /// Half of the body that the headers announce, then nothing.
    case stall(String)
    /// Nothing at all.
    case silence
    /// A body of so many bytes, sent without a length.
    case huge(Int)
  }

  private let channel: any Channel
  private let log: Log

  private final class Log: Sendable {
    let received = Mutex<[Received]>([])
  }

  /// - Parameter act: takes the index of the request, from 0, and the request.
  init(_ act: @escaping @Sendable (Int, Received) -> Act) async throws {
    let log = Log()
    self.log = log
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            Handler { request in
              let index = log.received.withLock { list in
                list.append(request)
                return list.count - 1
              }
              return act(index, request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  /// Answers the requests one after the other as listed, and all further ones like the last.
  convenience init(_ acts: [Act]) async throws {
    try await self.init { index, _ in acts[min(index, acts.count - 1)] }
  }

  var baseURL: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/v1" }
  var requests: [Received] { log.received.withLock { $0 } }

  func close() async throws { try await channel.close() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let act: (Received) -> Act
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ act: @escaping (Received) -> Act) { self.act = act }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body.clear()
      case .body(var piece): body.writeBuffer(&piece)
      case .end:
        let headers = head?.headers.map { ($0.name.lowercased(), $0.value) } ?? []
        let request = Received(
          path: head?.uri ?? "", headers: Dictionary(headers) { $1 }, body: String(buffer: body))
        perform(act(request), context)
      }
    }

    /// A client that hangs up is expected here.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }

    private func perform(_ act: Act, _ context: ChannelHandlerContext) {
      switch act {
      case .reply(let status, let headers, let text):
        let body = Array(text.utf8)
        var fields = ["content-type": "application/json", "content-length": "\(body.count)"]
        fields.merge(headers) { $1 }
        begin(context, status, fields)
        send(context, body)
        end(context)
      case .stream(let events, let ends):
        begin(context, 200, ["content-type": "text/event-stream"])
        for event in events {
          send(context, Array(event.utf8))
          context.flush()
        }
        if ends { end(context) } else { context.close(promise: nil) }
      case .half(let text), .stall(let text):
        let body = Array(text.utf8)
        begin(
          context, 200,
          ["content-type": "application/json", "content-length": "\(body.count)"])
        send(context, Array(body.prefix(body.count / 2)))
        context.flush()
        if case .half = act { context.close(promise: nil) }
      case .silence: break
      case .huge(let count):
        begin(context, 200, ["content-type": "application/json"])
        let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 16)
        for _ in 0..<(count >> 16) { send(context, piece) }
        end(context)
      }
    }

    private func begin(
      _ context: ChannelHandlerContext, _ status: Int, _ fields: [String: String]
    ) {
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: status),
        headers: HTTPHeaders(fields.sorted { $0.key < $1.key }))
      context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func send(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}

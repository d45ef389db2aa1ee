import Dispatch
import Foundation
import Hummingbird
import LivePage
import Testing

struct PageServerTests {
  /// A connection to an address of this machine; nil if it is refused.
  private func connected(to host: UInt32 = 0x7F00_0001, port: Int) -> Int32? {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(host).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
    }
    if status == 0 { return connection }
    close(connection)
    return nil
  }

  /// Sends bytes and reads the answer to its end, on a thread that the server does not need.
  private func exchange(_ request: String, port: Int) async throws -> String {
    try await withCheckedThrowingContinuation { waiter in
      DispatchQueue.global().async {
        waiter.resume(with: Result { try blockingExchange(request, port: port) })
      }
    }
  }

  private func blockingExchange(_ request: String, port: Int) throws -> String {
    let connection = try #require(connected(port: port))
    defer { close(connection) }
    let bytes = Array(request.utf8)
    try #require(send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      answer += buffer[..<count]
    }
  }

  private func withServer(
    _ body: (_ port: Int, _ token: String) async throws -> Void
  ) async throws {
    let live = try LiveStore()
    defer { live.remove() }
    try live.run()
    let page = LivePage(try live.watched())
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let app = PageServer(page).application(port: 0) { port.yield($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // A server that cannot start ends the wait below.
        defer { port.finish() }
        try await app.run()
      }
      let listening = try #require(await ports.first { _ in true })
      try await body(listening, page.token.text)
      group.cancelAll()
    }
  }

  @Test func `over the loopback address the page and its data come, with their headers`()
    async throws
  {
    try await withServer { port, token in
      let end = "HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
      let page = try await exchange("GET /?token=\(token) \(end)", port: port)
      #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(page.lowercased().contains("content-security-policy: default-src 'none'; script"))
      #expect(page.contains("<title>laconic watch</title>"))
      let state = try await exchange("GET /state?token=\(token) \(end)", port: port)
      #expect(state.contains("\"pipeline\":\"live\""))
      let bare = try await exchange("GET / \(end)", port: port)
      #expect(bare.hasPrefix("HTTP/1.1 403"))
      let foreign = end.replacing("127.0.0.1", with: "evil.example")
      let refused = try await exchange("GET /?token=\(token) \(foreign)", port: port)
      #expect(refused.hasPrefix("HTTP/1.1 421"))
      let other = try await exchange("DELETE /?token=\(token) \(end)", port: port)
      #expect(other.hasPrefix("HTTP/1.1 405"))
    }
  }

  #if os(Linux)
    @Test func `the server listens on one address and no other`() async throws {
      try await withServer { port, _ in
        // A whole exchange: a server that is stopped must not be accepting a connection just then.
        let answer = try await exchange(
          "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n", port: port)
        #expect(answer.hasPrefix("HTTP/1.1 403"))
        // On Linux all addresses that begin with 127 are of this machine.
        #expect(connected(to: 0x7F00_0002, port: port) == nil)
      }
    }
  #endif
}

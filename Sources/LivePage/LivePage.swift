import Fields
import Foundation
import PipelineCore

/// A request, as far as the page looks at it.
package struct PageRequest: Sendable {
  package var method = "GET"
  /// The header `Host`.
  package var host: String?
  /// Path and query.
  package var target: String

  package init(method: String = "GET", host: String?, target: String) {
    self.method = method
    self.host = host
    self.target = target
  }
}

package struct PageAnswer: Sendable {
  package let status: Int
  package let headers: [(name: String, value: String)]
  package let body: String
}

/// The page of a run and the JSON that its script asks for. It answers only who bears the token,
/// and reads only.
package struct LivePage: Sendable {
  private static let mostTargetBytes = 2048
  private static let mostParameters = 16

  package let token: AccessToken
  private let run: LiveRun

  package init(_ run: LiveRun, token: AccessToken = AccessToken()) {
    self.run = run
    self.token = token
  }

  /// - Parameter port: the port that the request came to.
  package func answer(_ request: PageRequest, port: Int) -> PageAnswer {
    // A page of another site can let its own name lead to this address, and then read answers as
    // its own ("DNS rebinding"). The browser still says that name.
    guard ["127.0.0.1:\(port)", "localhost:\(port)"].contains(request.host) else {
      return Self.refusal(421, "this page is at 127.0.0.1 only")
    }
    guard request.target.utf8.count <= Self.mostTargetBytes else {
      return Self.refusal(414, "the address is too long")
    }
    let (path, query) = Self.parts(of: request.target)
    guard token.matches(query["token"]) else {
      return Self.refusal(403, "open the address that 'laconic watch' printed")
    }
    guard request.method == "GET" else {
      return Self.refusal(405, "only GET is answered", [("Allow", "GET")])
    }
    switch path {
    case "/": return page()
    case "/state": return json { try run.state(query) }
    case "/log": return json { try run.log(query) }
    case "/samples": return json { try run.samples(query) }
    case "/table": return json { try run.table(query) }
    default: return Self.refusal(404, "this page does not exist")
    }
  }

  private static func parts(of target: String) -> (path: String, query: [String: String]) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let pairs = (parts.count > 1 ? parts[1] : "").split(separator: "&").prefix(mostParameters)
    var query: [String: String] = [:]
    for pair in pairs {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query[String(sides[0])] = sides.count > 1 ? sides[1].removingPercentEncoding : ""
    }
    return (String(parts[0]), query)
  }

  private func page() -> PageAnswer {
    // A value of its own for each answer: only the script and the style of this page are run.
    let nonce = AccessToken().text
    let policy = [
      "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'",
      "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ]
    return Self.answer(
      200, "text/html; charset=utf-8", PageDocument.html(nonce: nonce),
      policy: policy.joined(separator: "; "))
  }

  /// An answer as JSON. What cannot be read is said in the page, which goes on asking.
  private func json(_ body: () throws -> JSONText?) -> PageAnswer {
    let text: JSONText
    do {
      guard let found = try body() else {
        return Self.refusal(404, "the run has no such stage, or nothing of this sort")
      }
      text = found
    } catch {
      text = .object([("problem", .string(error.inWords))])
    }
    return Self.answer(200, "application/json", text.compact)
  }

  private static func refusal(
    _ status: Int, _ sentence: String, _ headers: [(String, String)] = []
  ) -> PageAnswer {
    answer(status, "text/plain; charset=utf-8", sentence + "\n", headers)
  }

  private static func answer(
    _ status: Int, _ type: String, _ body: String, _ headers: [(String, String)] = [],
    policy: String = "default-src 'none'; frame-ancestors 'none'"
  ) -> PageAnswer {
    PageAnswer(
      status: status,
      headers: [
        ("Content-Type", type), ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cache-Control", "no-store"),
      ] + headers,
      body: body)
  }
}

import Foundation
import LivePage
import PipelineCore
import Testing

struct LivePageTests {
  private static let port = 4711

  /// A page of a run that is done.
  private func withPage(_ body: (LivePage) throws -> Void) throws {
    try LiveStore.with { live in
      try live.run()
      try body(LivePage(try live.watched()))
    }
  }

  private func request(
    _ path: String, _ page: LivePage, method: String = "GET", host: String? = "127.0.0.1:4711"
  ) -> PageAnswer {
    page.answer(
      PageRequest(method: method, host: host, target: "\(path)?token=\(page.token.text)"),
      port: Self.port)
  }

  @Test func `tokens have 128 bits, and each is another`() {
    let tokens = (0..<8).map { _ in AccessToken() }
    #expect(tokens.allSatisfy { $0.text.wholeMatch(of: /[0-9a-f]{32}/) != nil })
    #expect(Set(tokens.map(\.text)).count == 8)
    #expect(tokens[0].matches(tokens[0].text))
    for wrong in [nil, "", tokens[1].text, tokens[0].text + "0", String(tokens[0].text.dropLast())]
    {
      #expect(!tokens[0].matches(wrong))
    }
  }

  @Test func `only who bears the token is answered, for the page's own names, to GET`() throws {
    try withPage { page in
      let token = page.token.text
      for path in ["/", "/state", "/log", "/samples", "/table", "/none"] {
        for query in ["", "?token=", "?token=\(AccessToken().text)", "?Token=\(token)"] {
          let answer = page.answer(
            PageRequest(host: "127.0.0.1:4711", target: path + query), port: Self.port)
          #expect(answer.status == 403, "\(path)\(query)")
          #expect(!answer.body.contains(token))
        }
        for host in [
          nil, "", "127.0.0.1", "127.0.0.1:80", "evil.example:4711", "localhost.evil.example:4711",
          "127.0.0.1:4711.evil.example", "[::1]:4711",
        ] {
          #expect(request(path, page, host: host).status == 421, "\(host ?? "none")")
        }
        for method in ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get"] {
          let answer = request(path, page, method: method)
          #expect(answer.status == 405)
          #expect(answer["Allow"] == "GET")
        }
      }
      #expect(request("/", page).status == 200)
      #expect(request("/", page, host: "localhost:4711").status == 200)
      #expect(request("/state", page).status == 200)
      #expect(request("/none", page).status == 404)
      #expect(request("/../state", page).status == 404)
      #expect(request("/" + String(repeating: "a", count: 3000), page).status == 414)
    }
  }

  @Test func `every answer forbids what it does not need`() throws {
    try withPage { page in
      let answers =
        ["/", "/state", "/none"].map { request($0, page) } + [
          request("/", page, host: "evil.example"), request("/", page, method: "POST"),
        ]
      for answer in answers {
        let policy = try #require(answer["Content-Security-Policy"])
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(answer["X-Content-Type-Options"] == "nosniff")
        #expect(answer["Referrer-Policy"] == "no-referrer")
        #expect(answer["Cache-Control"] == "no-store")
      }
      #expect(answers[1]["Content-Type"] == "application/json")
    }
  }

  @Test func `the page runs its own script only, and asks nobody else`() throws {
    try withPage { page in
      let (first, second) = (request("/", page), request("/", page))
      let policy = try #require(first["Content-Security-Policy"])
      let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([0-9a-f]{32})'/)).1
      #expect(first.body.contains("<script nonce=\"\(nonce)\">"))
      #expect(first.body.contains("<style nonce=\"\(nonce)\">"))
      #expect(!second.body.contains(nonce))
      #expect(first.body.matches(of: /<script/).count == 1)
      // Text of models and data is put in as text.
      let dangers = [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
        " onclick=", " onerror=", " style=\"", "http:", "https:", "src=", "import(",
      ]
      for danger in dangers {
        let own = first.body.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!own.contains(danger), "\(danger)")
      }
      // Nothing of the run or the token is in the document itself.
      #expect(!first.body.contains(page.token.text))
    }
  }

  @Test func `a request about another run or stage is answered by no stage's data`() throws {
    try withPage { page in
      let token = page.token.text
      for query in [
        "run=latest&point=0", "run=&point=0", "point=0", "run=../x&point=0", "point=-1",
        "point=99999999999999999999",
      ] {
        for path in ["/log", "/samples", "/table"] {
          let target = "\(path)?token=\(token)&\(query)"
          let answer = page.answer(
            PageRequest(host: "localhost:4711", target: target), port: Self.port)
          #expect(answer.status == 404)
        }
      }
    }
  }
}

extension PageAnswer {
  fileprivate subscript(header: String) -> String? { headers.first { $0.name == header }?.value }
}

import Fields
import Foundation

/// A server's answer that is an error: its words, and what to do about it.
struct ServerFault: Sendable {
  private static let longestMessage = 300

  /// The status, or the code in an error that came with the status 200.
  let status: Int
  let head: HTTPHead
  /// The error object; nil if the body is none.
  private let object: JSONText?
  let message: String

  /// - Parameters:
  ///   - body: an object with `error`, `message` or `detail`, or anything else.
  ///   - hide: takes secrets out of a text.
  init(_ head: HTTPHead, body: [UInt8], hide: (String) -> String) {
    let json = try? JSONText(parsingPython: body)
    let inner = json?["error"]
    object = inner?["message"] == nil ? json : inner
    let stated = head.status == 200 ? inner?["code"]?.intValue : head.status
    status = stated.flatMap { (400..<600).contains($0) ? $0 : nil } ?? 500
    self.head = head
    let found =
      object?["message"]?.stringValue ?? inner?.stringValue ?? json?["detail"]?.stringValue
    let text = hide(found ?? String(decoding: body.prefix(4 * Self.longestMessage), as: UTF8.self))
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").shown
    message =
      line.isEmpty
      ? "without a message"
      : line.count > Self.longestMessage ? line.prefix(Self.longestMessage) + "…" : line
  }

  private var kind: String {
    [object?["type"]?.stringValue, object?["code"]?.stringValue].compactMap(\.self)
      .joined(separator: " ")
  }

  /// Returns what the error means.
  /// - Parameters:
  ///   - now: the seconds since 1970.
  ///   - variable: the environment variable of the key that was sent.
  func failure(now: Int, variable: String?) -> CallFailure {
    let wait = RetryAfter.wait(head, now: now)
    let reason = "HTTP \(status): \(message)"
    switch status {
    case 401, 403:
      return .final(.unauthorized(status: status, message: message, variable: variable))
    case 404: return .final(.notFound(message: message))
    case 503 where isLoading: return .loading(retryAfter: wait)
    case 429 where kind.contains("insufficient_quota"):
      return .final(.badRequest(status: status, message: message))
    case 429, 503: return .throttled(retryAfter: wait, reason: reason)
    // Not implemented, or another version of HTTP: the same tomorrow.
    case 501, 505: return .final(.badRequest(status: status, message: message))
    case 408, 409, 500...599: return .passing(retryAfter: wait, reason: reason)
    default:
      if let overrun = ContextOverrun(object, message: message) {
        return .final(
          .contextOverrun(needed: overrun.needed, available: overrun.available, message: message))
      }
      return .final(.badRequest(status: status, message: message))
    }
  }

  private var isLoading: Bool {
    message.lowercased().contains("loading model")
  }
}

/// The numbers in a server's words that a prompt does not fit into the model's context.
struct ContextOverrun: Sendable, Hashable {
  var needed: Int?
  var available: Int?

  /// - Returns: nil for another error.
  init?(_ object: JSONText?, message: String) {
    // llama.cpp gives the numbers apart.
    if object?["type"]?.stringValue == "exceed_context_size_error" {
      needed = object?["n_prompt_tokens"]?.countValue
      available = object?["n_ctx"]?.countValue
      return
    }
    let marks = ["context length", "maximum model length", "context size", "max_model_len"]
    guard
      object?["code"]?.stringValue == "context_length_exceeded"
        || marks.contains(where: message.lowercased().contains)
    else { return nil }
    available = Self.number(in: message, after: Self.available)
    needed = Self.number(in: message, after: Self.needed)
    // vLLM: "… 4096 tokens and your request has 4000 input tokens (500 > 4096 - 4000)".
    if let match = message.firstMatch(of: /\((\d{1,9}) > (\d{1,9}) - (\d{1,9})\)/),
      let asked = Int(match.1), let input = Int(match.3)
    {
      needed = asked + input
    }
  }

  private static var available: [Regex<(Substring, Substring)>] {
    [
      /context length (?:is|of) (?:only )?(\d{1,9})/, /context length \((\d{1,9})/,
      /maximum model length of (\d{1,9})/,
    ]
  }

  private static var needed: [Regex<(Substring, Substring)>] {
    [
      /requested (?:a total of )?(\d{1,9}) tokens/, /input \((\d{1,9}) tokens\)/,
      /prompt \(length (\d{1,9})\)/, /has (\d{1,9}) input tokens/,
    ]
  }

  private static func number(
    in message: String, after patterns: [Regex<(Substring, Substring)>]
  ) -> Int? {
    for pattern in patterns {
      if let match = message.firstMatch(of: pattern) { return Int(match.1) }
    }
    return nil
  }
}

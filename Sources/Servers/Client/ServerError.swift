import Fields

/// The reason why a request has no response that could be kept. Its text holds no key.
package enum ServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The environment has no such variable, or it is empty.
  case missingKey(variable: String)
  /// The variable's value cannot be sent as a header.
  case unusableKey(variable: String)
  /// The base URL cannot be used.
  case address(String, reason: String)
  case unknownDialect(String)
  /// The dialect cannot say what a request asks for.
  case notOffered(String, dialect: String)
  /// 401 or 403: the key is wrong, or may not use the model.
  case unauthorized(status: Int, message: String, variable: String?)
  /// 404: the path or the model is unknown.
  case notFound(message: String)
  /// Another 4xx: the request is wrong, and sending it again would not help.
  case badRequest(status: Int, message: String)
  /// The prompt and the response do not fit into the model's context.
  case contextOverrun(needed: Int?, available: Int?, message: String)
  /// Every try failed; the last one in words.
  case gaveUp(tries: Int, last: String)
  /// The server kept loading its model.
  case stillLoading(seconds: Int)
  /// A server asks to wait longer than the client is willing to.
  case asksToWait(seconds: Int)
  /// The response ended in another way than `stop` or `length`: `content_filter`, `abort`.
  case ended(reason: String)
  /// The response is not what the dialect says.
  case malformed(String)
  /// The response answers another request.
  case mismatched(String)
  case redirected(to: String)
  case tooLarge(String, limit: Int)

  package var description: String {
    switch self {
    case .missingKey(let variable):
      "the environment variable \(variable.quoted) with the server's key is not set"
    case .unusableKey(let variable):
      "the value of the environment variable \(variable.quoted) cannot be a key: it has spaces or "
        + "characters that are not ASCII"
    case .address(let url, let reason): "the base URL \(url.quoted) \(reason)"
    case .unknownDialect(let name): name
    case .notOffered(let field, let dialect):
      "servers of the dialect '\(dialect)' do not offer \(field)"
    case .unauthorized(let status, let message, let variable):
      "the server refuses the key (HTTP \(status)): \(message)"
        + (variable.map { "; the key is read from \($0)" } ?? "; no key was sent")
    case .notFound(let message): "the server does not know this (HTTP 404): \(message)"
    case .badRequest(let status, let message):
      "the server refuses the request (HTTP \(status)): \(message)"
    case .contextOverrun(let needed, let available, let message):
      if let needed, let available {
        "prompt and response need \(needed) tokens, and the server's model has \(available)"
      } else {
        "prompt and response do not fit into the model's context: \(message)"
      }
    case .gaveUp(let tries, let last): "given up after \(tries) tries: \(last)"
    case .stillLoading(let seconds): "the server was loading its model for \(seconds) s"
    case .asksToWait(let seconds): "the server asks to wait for \(seconds) s"
    case .ended(let reason): "the response ended by \(reason.quoted) and is not kept"
    case .malformed(let text): "the server's response cannot be read: \(text)"
    case .mismatched(let text): "the server answered another request: \(text)"
    case .redirected(let url): "the server redirects to \(url.quoted), which is not followed"
    case .tooLarge(let what, let limit): "\(what) has more than \(limit) bytes"
    }
  }
}

extension ServerError {
  /// The same error with every text changed that may come from a server.
  func texts(changed change: (String) -> String) -> ServerError {
    switch self {
    case .unauthorized(let status, let message, let variable):
      .unauthorized(status: status, message: change(message), variable: variable)
    case .notFound(let message): .notFound(message: change(message))
    case .badRequest(let status, let message):
      .badRequest(status: status, message: change(message))
    case .contextOverrun(let needed, let available, let message):
      .contextOverrun(needed: needed, available: available, message: change(message))
    case .gaveUp(let tries, let last): .gaveUp(tries: tries, last: change(last))
    case .ended(let reason): .ended(reason: change(reason))
    case .malformed(let text): .malformed(change(text))
    case .mismatched(let text): .mismatched(change(text))
    case .redirected(let url): .redirected(to: change(url))
    case .missingKey, .unusableKey, .address, .unknownDialect, .notOffered, .stillLoading,
      .asksToWait, .tooLarge:
      self
    }
  }
}

import Foundation

/// The base URL of a server, checked, from which the URLs of calls are made.
package struct ServerURL: Sendable, Hashable {
  let scheme: String
  let host: String
  let port: Int?
  /// The path before `/chat/completions`, without a slash at its end.
  let path: String

  /// Reads a base URL. Without a path, it gets `/v1`.
  package init(_ text: String) throws(ServerURLFlaw) {
    guard let url = URLComponents(string: text), let scheme = url.scheme, let host = url.host,
      !host.isEmpty
    else { throw .notAbsolute }
    guard scheme == "http" || scheme == "https" else { throw .scheme(scheme) }
    guard url.user == nil, url.password == nil else { throw .password }
    guard url.query == nil, url.fragment == nil else { throw .query }
    self.scheme = scheme
    self.host = host
    port = url.port
    var path = Substring(url.percentEncodedPath)
    while path.hasSuffix("/") { path = path.dropLast() }
    self.path = path.isEmpty ? "/v1" : String(path)
  }

  /// `http://127.0.0.1:8000`, which two URLs share if they are of the same server.
  var origin: String { scheme + "://" + host + (port.map { ":\($0)" } ?? "") }

  /// The URL of a path below the base, such as `chat/completions`, or of one that is not below the
  /// API's version, such as `props`.
  func appending(_ name: String, isBesideVersion: Bool) -> String {
    let root = isBesideVersion && path.hasSuffix("/v1") ? path.dropLast("/v1".count) : path[...]
    return origin + root + "/" + name
  }

  /// The URL that a `Location` header means; nil if it is another server's, or none.
  /// - Parameter location: an absolute URL, or a path.
  func redirected(to location: String) -> String? {
    if location.hasPrefix("/"), !location.hasPrefix("//") { return origin + location }
    guard let url = URLComponents(string: location), url.scheme?.lowercased() == scheme,
      url.host?.lowercased() == host.lowercased(),
      (url.port ?? standardPort) == (port ?? standardPort), url.user == nil
    else { return nil }
    return location
  }

  private var standardPort: Int { scheme == "https" ? 443 : 80 }
}

/// The reason why a text is not the base URL of a server.
package enum ServerURLFlaw: Error, Sendable, Hashable {
  case notAbsolute
  /// The scheme is neither `http` nor `https`.
  case scheme(String)
  /// It holds a user or a password, which would end up in files and messages.
  case password
  /// It has a part after `?` or `#`.
  case query
}

extension ServerError {
  /// - Parameter url: the text that was read.
  static func address(_ url: String, _ flaw: ServerURLFlaw) -> ServerError {
    // The parts before an `@` and after a `?` may be secrets.
    let host = url.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let reason =
      switch flaw {
      case .notAbsolute: "is not an absolute URL like 'http://127.0.0.1:8000/v1'"
      case .scheme: "is not http or https"
      case .password: "holds a user or a password; put the key into an environment variable"
      case .query: "has a part after '?' or '#'"
      }
    return .address(String(host.prefix { $0 != "?" }), reason: reason)
  }
}

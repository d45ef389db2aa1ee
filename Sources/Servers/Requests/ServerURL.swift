import Foundation

/// The base URL of a server, checked, from which the URLs of calls are made.
struct ServerURL: Sendable, Hashable {
  let scheme: String
  let host: String
  let port: Int?
  /// The path before `/chat/completions`, without a slash at its end.
  let path: String

  /// Reads a base URL. Without a path, it gets `/v1`.
  /// - Throws: `ServerError.address`, also for a URL with a password in it, which would end up in
  ///   files and messages.
  init(_ text: String) throws(ServerError) {
    func refused(_ reason: String) -> ServerError {
      // The parts before an `@` and after a `?` may be secrets.
      let host = text.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
      return .address(String(host.prefix { $0 != "?" }), reason: reason)
    }
    guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
      let host = url.host, !host.isEmpty
    else { throw refused("is not an absolute URL like 'http://127.0.0.1:8000/v1'") }
    guard scheme == "http" || scheme == "https" else { throw refused("is not http or https") }
    guard url.user == nil, url.password == nil else {
      throw refused("holds a user or a password; put the key into an environment variable")
    }
    guard url.query == nil, url.fragment == nil else {
      throw refused("has a part after '?' or '#'")
    }
    self.scheme = scheme
    self.host = host
    port = url.port
    var path = Substring(url.percentEncodedPath)
    while path.hasSuffix("/") { path = path.dropLast() }
    self.path = path.isEmpty ? "/v1" : String(path)
  }

  /// `http://127.0.0.1:8000`, which two URLs share if they are of the same server.
  var origin: String { scheme + "://" + host + (port.map { ":\($0)" } ?? "") }

  /// The URL of a path below the base: `chat/completions`.
  func appending(_ name: String) -> String { origin + path + "/" + name }

  /// The URL of a path that is not below the API's version: `props`.
  func besideVersion(_ name: String) -> String {
    let root = path.hasSuffix("/v1") ? path.dropLast("/v1".count) : Substring(path)
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

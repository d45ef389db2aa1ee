/// A request as it goes over the wire.
struct HTTPCall: Sendable {
  var url: String
  /// The body of a POST; nil for a GET.
  var body: [UInt8]?
  var headers: [(name: String, value: String)] = []
}

/// The status and the headers of a response.
struct HTTPHead: Sendable {
  let status: Int
  let headers: [(name: String, value: String)]

  /// The first header of a name, which is written in any case.
  subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }
}

/// Takes a response piece by piece.
protocol HTTPReceiver: Sendable {
  mutating func begin(_ head: HTTPHead) throws(ServerError)
  mutating func take(_ piece: some Collection<UInt8>) throws(ServerError)
}

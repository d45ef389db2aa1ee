/// Something that answers requests: `ServerClient(address, limits:, environment:)`, or a stand-in
/// for tests.
package protocol AnsweringServer: Sendable {
  /// Returns the model that answers, as the server describes it.
  /// - Throws: `ServerError`.
  func identity() async throws -> ServerIdentity

  /// Asks every request and hands over each response as soon as it is whole, in any order, one at a
  /// time, so that it can be stored before the next is asked. After an error nothing new is asked;
  /// what is already being answered is awaited and handed over, then the first error is thrown.
  /// - Parameter each: takes the index of the request and its response.
  /// - Throws: `ServerRequestError` for one of the requests; what `each` throws.
  func answers(
    to requests: [ServerRequest], each: @Sendable (Int, ServerResponse) async throws -> Void
  ) async throws

  /// Closes all connections. Must be called once, at the end.
  func shutdown() async throws
}

/// An error of one of several requests.
package struct ServerRequestError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The index of the request.
  package let request: Int
  package let error: ServerError

  package init(request: Int, error: ServerError) {
    self.request = request
    self.error = error
  }

  package var description: String { "request \(request): \(error.description)" }
}

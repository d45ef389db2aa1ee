package import Fields
package import Foundation

/// The form `{server: {…}}` of an input, as a kind takes it: a server that the stage asks while it
/// runs.
///
/// A server has no content that could be read, so what it says about itself stands for it in keys:
/// its identity. Fields that say where and how patiently to ask are operational.
package struct ServerForm: Sendable {
  /// The time that a question for the identity may take.
  package enum Patience: Sendable {
    /// Seconds, for a plan.
    case brief
    /// As long as a request may take, for a run that must have it.
    case full
  }

  package let fields: GroupDescriptor
  /// Returns one line for people that says what is asked where.
  package let address: @Sendable (FieldValue) -> String
  /// Returns the mistakes in a server's fields, each of which is valid by itself.
  package let issues: @Sendable (FieldValue) -> [FieldIssue]
  /// Asks the server for its identity; the bytes are the artifact's file `server.json`.
  package let identity: @Sendable (FieldValue, Patience) throws -> Data

  package init(
    fields: GroupDescriptor, address: @escaping @Sendable (FieldValue) -> String,
    issues: @escaping @Sendable (FieldValue) -> [FieldIssue],
    identity: @escaping @Sendable (FieldValue, Patience) throws -> Data
  ) {
    self.fields = fields
    self.address = address
    self.issues = issues
    self.identity = identity
  }
}

/// A server as an artifact: a single file with its identity. The fields, by which it is asked, are
/// no part of the artifact.
package struct ServerArtifact: ArtifactReader {
  package static let path = "server.json"

  package let fields: FieldValue
  private let content: MemoryArtifact

  package init(identity: Data, fields: FieldValue) {
    self.fields = fields
    content = MemoryArtifact(type: .server, [Self.path: identity])
  }

  package var type: ArtifactType { content.type }
  package var digest: String { content.digest }
  package var files: [String] { content.files }

  package func read(_ path: String) throws -> Data { try content.read(path) }
}

/// A server did not say what it is, and never did before, so that the keys of what it answers are
/// unknown.
package struct UnknownServer: Error, CustomStringConvertible {
  package let address: String
  package let reason: String

  package var description: String { "the server \(address) cannot be asked: \(reason)" }
}

import Fields
package import Foundation
package import PipelineCore
package import Servers

/// Opens servers: by HTTP, or a stand-in for tests.
package struct ServerConnector: Sendable {
  package let open: @Sendable (ServerAddress, ServerLimits) throws -> any AnsweringServer

  package init(
    open: @escaping @Sendable (ServerAddress, ServerLimits) throws -> any AnsweringServer
  ) {
    self.open = open
  }

  /// Keys come from the environment of this process.
  package static let http = ServerConnector { address, limits in
    let environment = ProcessInfo.processInfo.environment
    return try ServerClient(address, limits: limits, environment: environment)
  }
}

extension ServerForm {
  /// A server as a policy.
  package static func policy(_ connector: ServerConnector) -> ServerForm {
    ServerForm(
      fields: ServerConfiguration.descriptor,
      address: { ServerConfiguration(decoding: $0).address },
      issues: { ServerConfiguration(decoding: $0).allIssues() },
      identity: { fields, patience in
        let configuration = ServerConfiguration(decoding: fields)
        let limits = patience == .full ? configuration.limits : configuration.briefLimits
        let server = try connector.open(configuration.serverAddress, limits)
        defer { Blocking.close(server) }
        return configuration.description(
          of: try Blocking.value { try await server.identity() })
      })
  }
}

extension ServerConfiguration {
  /// The content of `server.json`: the server's identity, and the fields that decide what it is
  /// asked.
  package func description(of identity: ServerIdentity) -> Data {
    JSONText.object([
      ("identity", identity.json), ("prompt", .string(prompt.rawValue)),
      ("system_fingerprint", .string(fingerprint.rawValue)),
    ]).file
  }
}

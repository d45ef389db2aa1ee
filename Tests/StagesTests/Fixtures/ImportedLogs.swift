import Foundation
import PipelineCore
import Stages
import Testing

/// A pipeline that imports logs from files in its own folder.
enum ImportedLogs {
  /// A log that another tool wrote; see `Imports/Logs/README.md`.
  static func log(_ name: String) throws -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Imports/Logs")
    return try Data(contentsOf: folder.appendingPathComponent(name))
  }

  /// - Parameter fields: lines of the stage, each with its indentation of four.
  static func yaml(_ logs: [String] = ["test"], fields: [String] = []) -> String {
    let files = logs.map { "\($0): {file: \($0).json}" }.joined(separator: ", ")
    return """
      version: 1
      name: own
      stages:
        theirs:
          kind: import
          inputs: {logs: {\(files)}}

      """ + fields.map { "    \($0)\n" }.joined()
  }

  /// The stored responses of a log.
  static func responses(of log: Data, fields: [String] = []) throws -> [ResponseRecord] {
    try stored(log, fields: fields).responses
  }

  /// The stored responses of a log, and what the stage says about it.
  static func stored(
    _ log: Data, fields: [String] = []
  ) throws -> (responses: [ResponseRecord], summary: String) {
    try OwnData.with { own in
      try own.write(log, to: "test.json")
      let run = try own.run(try own.graph(yaml(fields: fields)))
      let digest = try #require(run.points.first?.artifact, "\(run.points)")
      let artifact = try own.store().artifact(digest)
      return (
        try ResponsesArtifact.read(artifact),
        String(decoding: try artifact.read(ImportKind.summaryPath), as: UTF8.self)
      )
    }
  }

  /// The mistakes that are found in a log before a run starts, as `LINE:COLUMN: message; help`.
  static func mistakes(in log: Data, fields: [String] = []) throws -> [String] {
    try OwnData.with { own in
      try own.write(log, to: "test.json")
      return Preflight(
        try own.graph(yaml(fields: fields)), store: try own.store(),
        fingerprint: { $0.fingerprint }, name: { $0 }
      ).mistakes.map { mistake in
        "\(mistake.range.line):\(mistake.range.column): \(mistake.message)"
          + (mistake.help.map { "; \($0)" } ?? "")
      }
    }
  }
}

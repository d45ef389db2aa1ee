import Foundation
import PipelineCore
import Stages
import Testing

/// A data stage with files of any names, and what is told of them before a run.
struct OwnFiles {
  var files: [String: Data]
  /// The value of `inputs.files`.
  var inputs: String
  var fields = "{}"
  /// Further lines of the stage.
  var more: [String] = []

  init(_ name: String, _ text: String, fields: String = "{}", more: [String] = []) {
    self.init(
      [name: Data(text.utf8)], inputs: "{train: {file: \(name)}}", fields: fields, more: more)
  }

  init(_ files: [String: Data], inputs: String, fields: String = "{}", more: [String] = []) {
    self.files = files
    self.inputs = inputs
    self.fields = fields
    self.more = more
  }

  var yaml: String {
    (["version: 1", "name: own", "stages:", "  data:", "    kind: data"]
      + ["    inputs: {files: \(inputs)}", "    fields: \(fields)"] + more.map { "    \($0)" })
      .joined(separator: "\n")
  }

  func with<Result>(_ body: (OwnData) throws -> Result) throws -> Result {
    try OwnData.with { own in
      for (name, bytes) in files { try own.write(bytes, to: name) }
      return try body(own)
    }
  }

  /// The mistakes in files, as `file:line:column: message (help)`.
  func mistakes() throws -> [String] {
    try with { own in
      Preflight(
        try own.graph(yaml), store: try own.store(), fingerprint: { $0.fingerprint },
        name: { $0.replacingOccurrences(of: own.folder.path + "/", with: "") }
      ).mistakes.map(\.told)
    }
  }

  /// The lines of each split that a run makes.
  func splits() throws -> [String: [String]] {
    try with { own in
      let summary = try own.run(try own.graph(yaml))
      let digest = try #require(summary.points.first?.artifact, "\(summary.points)")
      let artifact = try own.store().artifact(digest)
      var splits: [String: [String]] = [:]
      for path in artifact.files where path.hasPrefix("splits/") {
        let name = String(path.dropFirst(7).dropLast(6))
        splits[name] = String(decoding: try artifact.read(path), as: UTF8.self)
          .split(separator: "\n").map(String.init)
      }
      return splits
    }
  }

  /// The prompts of each split that a run makes.
  func prompts() throws -> [String: [String]] {
    try splits().mapValues { rows in
      rows.compactMap { $0.firstMatch(of: /"prompt":"([^"]*)"/).map { String($0.1) } }
    }
  }
}

extension Diagnostic {
  /// `file:line:column: message (help)`.
  var told: String {
    "\(file.name):\(range.line):\(range.column): \(message)" + (help.map { " (\($0))" } ?? "")
  }
}

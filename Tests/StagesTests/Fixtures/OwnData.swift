import Foundation
import PipelineCore
import Stages
import Testing

/// A pipeline that reads files as problems, in its own folder.
struct OwnData {
  let folder: URL

  static func with<Result>(_ body: (OwnData) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("laconic-data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(OwnData(folder: folder))
  }

  func write(_ bytes: Data, to name: String) throws {
    let place = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: place)
  }

  func load(_ text: String) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    Pipeline.load(
      SourceFile(name: "own.yaml", text: text), kinds: .builtIn, directory: folder)
  }

  func graph(_ text: String) throws -> StageGraph {
    try .reading(text, in: folder)
  }

  func store() throws -> Store { try Store(root: folder.appendingPathComponent("store")) }

  func run(_ graph: StageGraph) throws -> RunSummary {
    try Runner.run(graph, store: try store(), options: .testing())
  }

  /// A stage that reads `SPLIT.jsonl` for each split.
  static func yaml(_ splits: [String], fields: String, more: String = "") -> String {
    let files = splits.map { "\($0): {file: \($0).jsonl}" }.joined(separator: ", ")
    return """
      version: 1
      name: own
      stages:
        data:
          kind: data
          inputs: {files: {\(files)}}
          fields: \(fields)
          \(more)
      """
  }

  /// The mistakes that are found in files before a run starts.
  static func mistakes(
    _ files: [(split: String, bytes: Data)], fields: String, more: String
  ) throws -> [Diagnostic] {
    try with { own in
      for (split, bytes) in files { try own.write(bytes, to: "\(split).jsonl") }
      let graph = try own.graph(yaml(files.map(\.split), fields: fields, more: more))
      return Preflight(
        graph, store: try own.store(), fingerprint: { $0.fingerprint }, name: { $0 }
      ).mistakes
    }
  }

  /// The stored lines of problems made from a file.
  static func rows(_ bytes: Data, fields: String, more: String = "") throws -> [String] {
    try with { own in
      try own.write(bytes, to: "train.jsonl")
      let summary = try own.run(try own.graph(yaml(["train"], fields: fields, more: more)))
      let digest = try #require(summary.points.first?.artifact, "\(summary.points)")
      let text = try own.store().artifact(digest).read("splits/train.jsonl")
      return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  /// The prompts of the problems made from a file.
  static func problems(_ bytes: Data, fields: String, more: String = "") throws -> [String] {
    try rows(bytes, fields: fields, more: more).compactMap { row in
      row.firstMatch(of: /"prompt":"([^"]*)"/).map { String($0.1) }
    }
  }
}

/// A file of problems and a program that copies it.
enum OwnPipeline {
  /// The artifact digest of every point by address.
  static func digests() throws -> [String: String] {
    try OwnData.with { own in
      try own.write(
        Data(
          (#"{"q":"1+1=?","a":2,"r":"~1+1=2;","size":1.5,"tag":"x"}"# + "\n"
            + #"{"q":"1+2=?","a":"3","r":"3</t>3","size":2,"tag":null}"# + "\n").utf8),
        to: "train.jsonl")
      try own.write(try ImportedLogs.log("inspect.json"), to: "test.json")
      let yaml =
        OwnData.yaml(["train"], fields: "{prompt: q, answer: a, response: r, size: size, tag: tag}")
          + """

            made:
              kind: command
              inputs: {data: data}
              command: [cp, -r, "{inputs.data}/splits", "{output}"]
              outputs: [splits/]
              type: problems
            theirs:
              kind: import
              inputs: {logs: {test: {file: test.json}}}
          """
      return try Runner.run(
        try own.graph(yaml), store: try own.store(), options: .testing(allowsPrograms: true)
      ).digests
    }
  }
}

package import Foundation
package import PipelineCore
package import Reporting
import Stages

/// What a run made for people, out of the store: tables as text on the terminal, tables and plots as
/// files under `reports/PIPELINE/`.
package struct ResultFiles {
  private let store: Store
  private let pipeline: String

  package init(store: Store, pipeline: String) {
    self.store = store
    self.pipeline = pipeline
  }

  /// Writes one artifact's files as `reports/PIPELINE/ADDRESS.EXTENSION`.
  /// - Returns: where they are.
  package func write(_ digest: String, address: String) throws -> [URL] {
    let artifact = try store.artifact(digest)
    let names: [String] =
      switch artifact.type {
      case .table: ["table.md", "table.csv"]
      case .plot: ["plot.svg"]
      default: []
      }
    guard !names.isEmpty else { return [] }
    let folder = URL(fileURLWithPath: store.root)
      .appendingPathComponent("reports").appendingPathComponent(pipeline)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try names.map { name in
      let file = folder.appendingPathComponent(address)
        .appendingPathExtension((name as NSString).pathExtension)
      try artifact.read(name).write(to: file, options: .atomic)
      return file
    }
  }

  /// A table drawn for a terminal; nil of anything that is no table.
  package func text(_ digest: String, width: Int, style: TerminalStyle) throws -> String? {
    let artifact = try store.artifact(digest)
    guard artifact.type == .table else { return nil }
    return try ReportTable(json: try artifact.read("table.json"))
      .terminal(width: width, style: style)
  }
}

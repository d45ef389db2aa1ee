package import Foundation
package import PipelineCore
package import Reporting
import Stages

/// Tables at the end of a run: on the terminal, and as Markdown and CSV under `reports/`.
package struct TableReport {
  private let store: Store
  private let pipeline: String

  package init(store: Store, pipeline: String) {
    self.store = store
    self.pipeline = pipeline
  }

  /// - Parameter tables: addresses of table stages, each with its artifact's digest.
  /// - Returns: the tables as text, and where their Markdown is.
  package func write(
    _ tables: [(address: String, digest: String)], width: Int, style: TerminalStyle
  ) throws -> [(text: String, markdown: URL)] {
    try tables.map { address, digest in
      let artifact = try store.artifact(digest)
      let table = try ReportTable(json: try artifact.read("table.json"))
      let folder = URL(fileURLWithPath: store.root)
        .appendingPathComponent("reports").appendingPathComponent(pipeline)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let markdown = folder.appendingPathComponent(address + ".md")
      try artifact.read("table.md").write(to: markdown, options: .atomic)
      try artifact.read("table.csv").write(
        to: folder.appendingPathComponent(address + ".csv"), options: .atomic)
      return (table.terminal(width: width, style: style), markdown)
    }
  }
}

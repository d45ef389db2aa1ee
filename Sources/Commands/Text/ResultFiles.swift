package import Foundation
package import PipelineCore
package import Reporting
import Stages

/// Presents a run's results from the store: tables as text on the terminal, tables and plots as
/// files under `reports/PIPELINE/`.
package struct ResultFiles {
  private let store: Store
  private let pipeline: String

  package init(store: Store, pipeline: String) {
    self.store = store
    self.pipeline = pipeline
  }

  /// Writes one artifact's files as `reports/PIPELINE/ADDRESS.EXTENSION`, and creates the folder if
  /// needed.
  /// - Returns: the files written.
  package func write(_ artifact: any ArtifactReader, address: String) throws -> [URL] {
    let names: [String] =
      switch artifact.type {
      case .table, .claims: ["table.md", "table.csv"]
      case .plot: ["plot.svg", "plot.narrow.svg", "plot.csv"].filter(artifact.files.contains)
      case .report: ["report.html", "report.md"]
      default: []
      }
    guard !names.isEmpty else { return [] }
    let folder = try store.reportFolder(pipeline)
    // A swept text may contain a slash, which must not create a folder.
    let stem = address.replacingOccurrences(of: "/", with: "%2F")
    return try names.map { name in
      try folder.write(
        try artifact.read(name), to: stem + name.drop { $0 != "." })
    }
  }

  /// A table or claims as text for a terminal; nil for any other artifact.
  package func text(
    _ artifact: any ArtifactReader, width: Int, style: TerminalStyle
  ) throws -> String? {
    guard [.table, .claims].contains(artifact.type) else { return nil }
    return try ReportTable(json: try artifact.read("table.json"))
      .terminal(width: width, style: style)
  }
}

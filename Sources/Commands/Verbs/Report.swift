package import ArgumentParser
import Foundation
import PipelineCore
import Stages

/// Writes a run as a page for people, and its tables as files.
package struct Report: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Write a run's results as one HTML page, Markdown, CSV and LaTeX.",
    usage: "laconic report [<run>] [--output <folder>] [<options>]",
    discussion: """
      The page holds claims with their verdicts, tables, plots, sample responses, and \
      every stage's key. It needs no script, no network and no other file.

      Examples:
        laconic report
        laconic report 20251122-0554 --output ./page
      """)

  @Argument(help: RunName.help())
  var runName = "latest"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder to write; otherwise reports/PIPELINE/ID in the store.", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(help: ArgumentHelp("The number of sample responses to show.", valueName: "count"))
  var samples = 8

  @OptionGroup var store: StoreOptions

  package init() {}

  package func validate() throws {
    if !(0...1000).contains(samples) { throw ValidationError("--samples must be from 0 to 1000") }
  }

  package func run() throws {
    if let output { try CurrentFolder.check(for: output) }
    let store = try store.read()
    let run = try store.run(runName)
    let report = try RunReport(of: run, in: store, samples: samples)
    // Into the store writes only who may.
    let folder =
      try output.map { try ReportFolder(making: URL(fileURLWithPath: $0)) }
      ?? self.store.open().reportFolder(run.pipeline, run.id)
    for file in report.files { try folder.write(file.bytes, to: file.name) }
    Terminal.output.print(folder.url.appendingPathComponent("report.html").path)
  }
}

package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Stages

/// Reports every mistake in a pipeline at once, without weights; without data too unless asked.
package struct Validate: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Check a pipeline: every mistake at once, without data or weights.",
    usage: "laconic validate <file> [--data] [--set <path=value> ...] [<options>]",
    discussion: """
      With --data the files of 'data' stages are read too: it shows how many problems \
      there are and how long, and the first of them as the models of the pipeline will \
      read and learn them. Mistakes in them are told as file:line:column, with exit \
      code 2.

      Examples:
        laconic validate pipelines/quickstart.yaml --set rl.train.max_steps=80
        laconic validate pipelines/own-data.yaml --data --examples 1
      """)

  @OptionGroup var pipeline: PipelineOptions

  @Flag(help: "Also read the data: counts, lengths, examples, mistakes.")
  var data = false

  @Option(
    help: ArgumentHelp(
      "With --data: the examples of each stage and split (default: 2).", valueName: "number"))
  var examples: Int?

  @Flag(help: "With --data: print JSON, with the ids and the loss mask.")
  var json = false

  package init() {}

  package func validate() throws {
    guard data || (examples == nil && !json) else {
      throw ValidationError("--examples and --json need --data")
    }
    guard (0...1000).contains(examples ?? 0) else {
      throw ValidationError("--examples takes a number from 0 to 1000")
    }
  }

  package func run() throws {
    let pipeline = try pipeline.load()
    let graph = StageGraph(pipeline)
    let (stages, points) = (pipeline.stages.count, graph.points.count)
    let verdict =
      "\(self.pipeline.file): valid: \(counted(stages, "stage")), \(counted(points, "point"))"
    guard data else { return Terminal.output.print(verdict) }
    let inspection = DataInspection(graph, examples: examples ?? 2) {
      CurrentFolder.displayed(URL(fileURLWithPath: $0))
    }
    let text = DataText(width: Terminal.output.width)
    Terminal.output.print(
      json
        ? text.json(
          of: inspection, about: [("stages", .int(stages)), ("points", .int(points))]
        ).indented
        : verdict + "\n\n" + text.text(of: inspection))
    if !inspection.diagnostics.isEmpty { PipelineFile.report(inspection.diagnostics) }
    if inspection.diagnostics.hasErrors { throw ExitCode.badPipeline }
  }
}

/// A count with its noun: `1 stage`, `3 stages`.
func counted(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}

package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Stages

/// Shows the parts of a stage's key.
package struct Explain: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show the parts of a stage's key, and why it is a miss.",
    usage: "laconic explain <file> <stage> [--set <path=value> ...] [<options>]",
    discussion: """
      STAGE is a stage's name, or one point of it as 'laconic plan' prints it. A name \
      with several points lists them. With --json, 'canonical' holds in base64 the \
      bytes whose SHA-256 is the key; docs/keys.md says how to read them.

      Examples:
        laconic explain pipelines/quickstart.yaml base
        laconic explain pipelines/quickstart.yaml 'rl[alpha=0.1]' --json
      """)

  @Argument(
    help: "The pipeline, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Argument(help: "The stage, or one point of it: 'rl[alpha=0.1]'.")
  var stage: String

  @OptionGroup var overrides: OverrideOptions

  @OptionGroup var store: StoreOptions

  @Flag(help: "Print JSON with the canonical bytes, for every point if there are several.")
  var json = false

  package init() {}

  package func run() throws {
    let planning = try PlannedPipeline(
      pipeline: try PipelineFile(file: file, overrides: overrides.all).load(), file: file,
      overrides: overrides.all, store: try store.location(forPipeline: file))
    let points = try planning.points(named: stage)
    let explanation = KeyText(planning: planning, width: Terminal.output.width)
    if json {
      let documents = points.map(explanation.json)
      let isOne = points.count == 1
      Terminal.output.print((isOne ? documents[0] : .array(documents)).indented)
    } else if points.count == 1 {
      Terminal.output.print(explanation.text(of: points[0]))
    } else {
      Terminal.output.print(
        "'\(stage)' has \(points.count) points; explain one of them:\n"
          + points.map { "  \(explanation.headline(of: $0))" }.joined(separator: "\n"))
    }
  }
}

extension PlannedPipeline {
  /// The point with an address, or all points of a stage.
  /// - Throws: `ExitCode.badPipeline` after listing the valid names.
  fileprivate func points(named name: String) throws -> [PlannedPoint] {
    do {
      return try part.graph.indices(of: name).map { plan.points[$0] }
    } catch {
      Terminal.report(error.inWords)
      throw ExitCode.badPipeline
    }
  }
}

package import ArgumentParser
import Fields
import PipelineCore

/// Prints the pipeline with all values filled in, and the origin of each.
package struct Config: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Print the resolved pipeline, and where every value comes from.",
    usage: "laconic config <file> [--set <path=value> ...] [--origins | --json]",
    discussion: """
      Extended files, variables, defaults, presets and --set are applied, and every \
      default is filled in. The result is a pipeline of the same stages and results; \
      its paths start at the folder of FILE.

      Examples:
        laconic config first.yaml --origins
        laconic config first.yaml --set rl.train.max_steps=80 > second.yaml
      """)

  @OptionGroup var pipeline: PipelineOptions

  @Flag(help: "Show where each value comes from: FILE:LINE, a preset, --set#1, default.")
  var origins = false

  @Flag(help: "Print JSON.")
  var json = false

  package init() {}

  package func validate() throws {
    if json, origins {
      throw ValidationError("--origins cannot be combined with --json: JSON has no comments")
    }
  }

  package func run() throws {
    let resolved = try pipeline.resolve()
    let yaml = resolved.yaml(showsOrigins: origins)
    guard json else { return Terminal.output.print(yaml) }
    let root = YAMLComposer.compose(SourceFile(name: pipeline.file, text: yaml)).root
    Terminal.output.print(root?.json.indented ?? "")
  }
}

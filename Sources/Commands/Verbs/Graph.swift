package import ArgumentParser
import PipelineCore

/// Prints the pipeline as source for a drawing program.
package struct Graph: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Draw the pipeline: its stages and what flows between them.",
    usage: "laconic graph <file> --mermaid|--dot [--points] [--set <path=value> ...]",
    discussion: """
      Mermaid is what GitHub and many editors draw inside Markdown; DOT is Graphviz's.

      Examples:
        laconic graph pipelines/quickstart.yaml --mermaid
        laconic graph pipelines/quickstart.yaml --dot --points | dot -Tsvg > graph.svg
      """)

  enum Language: String, EnumerableFlag {
    case mermaid, dot

    static func help(for value: Language) -> ArgumentHelp? {
      value == .mermaid ? "Write Mermaid." : "Write DOT."
    }
  }

  @OptionGroup var pipeline: PipelineOptions

  @Flag(exclusivity: .exclusive)
  var language: Language

  @Flag(help: "Draw every point of the sweep, not only the stages.")
  var points = false

  package init() {}

  package func run() throws {
    let pipeline = try pipeline.load()
    let picture =
      points ? GraphText(points: StageGraph(pipeline)) : GraphText(stages: pipeline)
    Terminal.output.print(language == .mermaid ? picture.mermaid : picture.dot)
  }
}

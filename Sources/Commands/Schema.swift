package import ArgumentParser
import PipelineCore
import Stages

/// Every stage kind with its fields, for people or for editors.
package struct Schema: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show every stage kind with its roles, fields, defaults, units and ranges.",
    discussion: """
      With --json, a JSON Schema (2020-12) that editors complete and check pipelines from.

      Examples:
        laconic schema rl
        laconic schema --json > laconic.schema.json
      """)

  @Argument(help: "One stage kind; all when left out.")
  var kind: String?

  @Flag(help: "Print a JSON Schema of the whole file.")
  var json = false

  package init() {}

  package func run() throws {
    if json {
      Terminal.output.print(PipelineSchema.json(.builtIn))
      return
    }
    guard let name = kind else {
      let pages =
        StageKinds.builtIn.all.map { PipelineSchema.text($0) } + [PipelineSchema.limitsText]
      Terminal.output.print(pages.joined(separator: "\n\n"))
      return
    }
    guard let kind = StageKinds.builtIn[name] else {
      throw ValidationError(
        "there is no stage kind '\(name)'; there are "
          + StageKinds.builtIn.all.map(\.name).joined(separator: ", "))
    }
    Terminal.output.print(PipelineSchema.text(kind) + "\n" + PipelineSchema.limitsText)
  }
}

package import ArgumentParser
import PipelineCore
import Stages

/// Shows every stage kind with its fields, for people or for editors.
package struct Schema: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show every stage kind with its roles, fields, defaults, units and ranges.",
    discussion: """
      With --json, a JSON Schema (2020-12) that editors complete and check pipelines from. With
      --markdown, a page of every kind; docs/reference.md is one.

      Examples:
        laconic schema rl
        laconic schema --preset dr_grpo
        laconic schema --json > laconic.schema.json
        laconic schema --markdown > docs/reference.md
      """)

  @Argument(help: "One stage kind; all when left out.")
  var kind: String?

  @Flag(help: "Print a JSON Schema of the whole file.")
  var json = false

  @Flag(help: "Print a page of Markdown of every kind.")
  var markdown = false

  @Option(help: ArgumentHelp("Print the fields that a preset writes.", valueName: "name"))
  var preset: String?

  package init() {}

  package func validate() throws {
    if preset != nil, json || markdown || kind != nil {
      throw ValidationError("--preset stands alone")
    }
    if markdown, json || kind != nil {
      throw ValidationError("--markdown stands alone: the page has every kind")
    }
  }

  package func run() throws {
    if json {
      Terminal.output.print(PipelineSchema.json(.builtIn))
      return
    }
    if markdown {
      Terminal.output.print(PipelineSchema.markdown(.builtIn))
      return
    }
    if let preset {
      Terminal.output.print(try text(ofPreset: preset))
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

  private func text(ofPreset name: String) throws -> String {
    let all = StageKinds.builtIn.all.flatMap(\.presets)
    guard let preset = all.first(where: { $0.name == name }) else {
      throw ValidationError(
        "there is no preset '\(name)'; there are " + all.map(\.name).joined(separator: ", "))
    }
    return PipelineSchema.text(preset)
  }
}

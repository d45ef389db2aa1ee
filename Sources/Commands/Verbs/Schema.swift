package import ArgumentParser
import Fields
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
      throw ValidationError("--preset cannot be combined with a kind or another option")
    }
    if markdown, json || kind != nil {
      throw ValidationError(
        "--markdown cannot be combined with a kind or --json: the page has every kind")
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
      let names = StageKinds.builtIn.all.map(\.name)
      throw ValidationError(UnknownName("stage kind", name, among: names).sentence)
    }
    Terminal.output.print(PipelineSchema.text(kind) + "\n" + PipelineSchema.limitsText)
  }

  private func text(ofPreset name: String) throws -> String {
    let all = StageKinds.builtIn.all.flatMap(\.presets)
    guard let preset = all.first(where: { $0.name == name }) else {
      throw ValidationError(UnknownName("preset", name, among: all.map(\.name)).sentence)
    }
    return PipelineSchema.text(preset)
  }
}

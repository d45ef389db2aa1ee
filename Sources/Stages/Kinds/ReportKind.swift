package import Fields
import Foundation
import OrderedCollections
package import PipelineCore
package import Reasoning
import Reporting

/// Puts tables, plots, verdicts and a few sample responses on one page.
///
/// `laconic report` makes a similar page for a whole run. That page also has keys and digests,
/// which a stage cannot know of other stages.
package struct ReportKind: ConfiguredStageKind {
  package let name = "report"
  package let meaning = "Put tables, plots, claims and sample responses on one page"
  package let version = 6
  package let roles = [
    Role(
      "parts", accepts: [.table, .plot, .claims], collects: true,
      "headings and the tables, plots and claims below them, in order"),
    Role(
      "samples", accepts: [.responses], required: false, collects: true,
      "evaluations to show some responses of"),
    .responseFormat,
  ]
  package let output = ArtifactType.report
  package let usesSeed = false
  package let usesNumerics = false
  package let namesPrograms = true

  package init() {}

  package struct Configuration: FormattedConfiguration {
    package var responseFormat: FormatConfiguration?
    package var title = ""
    package var text = ""
    package var count = 8

    package init() {}
    package static let meaning = "Heading, text and samples of the page"
    package static var fields: [Field<Configuration>] {
      [
        .string("title", \.title, "Heading of the page", .semantic, required: true),
        .string("text", \.text, "A paragraph below it", .semantic),
        .int("count", \.count, 0...1000, "The number of sample responses", .semantic),
        responseFormat(\.responseFormat),
      ]
    }
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    var blocks: [Page.Block] = configuration.text.isEmpty ? [] : [.text(configuration.text)]
    let missing = (context.missing("parts") + context.missing("samples")).map(\.address)
    if !missing.isEmpty {
      blocks.append(.warning("Without a result: " + missing.joined(separator: ", ") + "."))
    }
    if let note = ProgramNote.text(context.programs) { blocks.append(.warning(note)) }
    for (label, inputs) in OrderedDictionary(
      grouping: context.collected("parts"), by: \.label)
    {
      blocks.append(.heading(2, label.replacing("_", with: " ")))
      for input in inputs { blocks.append(try Self.block(input)) }
    }
    let format = format(of: configuration)
    let foreign = Set(context.programs)
    let responses = try SampleResponses.shown(
      from: context.collected("samples").map {
        SampleResponses.Source(input: $0, format: foreign.contains($0.stage) ? nil : format)
      }, count: configuration.count)
    if !responses.isEmpty { blocks += [.heading(2, "Sample responses")] + responses }
    let page = Page(title: configuration.title, blocks)
    try context.output.write(Data(page.html().utf8), to: "report.html")
    try context.output.write(Data(page.markdown().utf8), to: "report.md")
  }

  private static func block(_ input: CollectedInput) throws -> Page.Block {
    guard input.artifact.type == .plot else {
      return .table(try ReportTable(json: try input.artifact.read("table.json")))
    }
    return try PlotPictures(of: input.artifact).block(name: input.stage)
  }
}

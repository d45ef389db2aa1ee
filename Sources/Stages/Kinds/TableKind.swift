package import Fields
import Foundation
package import PipelineCore
import Reporting

/// Lays out evaluations as a table: a row per label and swept value, a column per split and metric.
///
/// Everything is computed from the stored responses alone.
package struct TableKind: ConfiguredStageKind {
  package let name = "table"
  package let meaning = "Lay out evaluations as a table: text, Markdown, CSV and JSON"
  package let version = 1
  package let roles = [
    Role(
      "results", accepts: [.responses], collects: true,
      "labels and the evaluations they stand for; every point of each is collected")
  ]
  package let output = ArtifactType.table
  package let usesSeed = false
  package let usesNumerics = false
  package let namesPrograms = true

  package init() {}

  package struct Configuration: FieldGroup {
    package var title = ""
    package var rows: String?
    package var columns: [String] = [EvaluationMetric.accuracy.rawValue]
    package var splits: [String] = []

    package init() {}
    package static let meaning = "What the table shows"
    package static var fields: [Field<Configuration>] {
      [
        .string("title", \.title, "Heading of the table", .semantic),
        .string(
          "rows", \.rows, "The swept field whose values make the rows, as STAGE.field.field",
          .semantic),
        .strings(
          "columns", \.columns, of: EvaluationMetric.choices, count: 1...16,
          "The metrics to show, for every split", .semantic, required: true),
        .strings(
          "splits", \.splits, count: 0...64,
          "The splits to show, in this order; none means all", .semantic),
      ]
    }

    package func issues() -> [FieldIssue] {
      FieldIssue.repeats(in: splits, at: "splits") + FieldIssue.repeats(in: columns, at: "columns")
    }
  }

  package func linkIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let results = UpstreamResults(inputs["results"] ?? [])
    return [configuration.rows.flatMap { results.issue(forAxis: $0, at: ["rows"]) }]
      .compactMap { $0 } + results.issues(forSplits: configuration.splits)
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost(work: WorkAmount(sort: "results", amount: inputs["results"]?.count ?? 0))
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let grid = try ResultGrid(
      context.collected("results"), missing: context.missing("results"),
      axis: configuration.rows, splits: configuration.splits)
    let table = layout(
      grid, title: configuration.title,
      metrics: configuration.columns.compactMap(EvaluationMetric.init(rawValue:)),
      notes: grid.notes + [ProgramNote.text(context.programs)].compactMap { $0 })
    try context.output.write(Data(table.terminal(width: 80).utf8), to: "table.txt")
    try context.output.write(Data(table.markdown().utf8), to: "table.md")
    try context.output.write(Data(table.csv().utf8), to: "table.csv")
    try context.output.write(Data(table.json().utf8), to: "table.json")
  }

  private func layout(
    _ grid: ResultGrid, title: String, metrics: [EvaluationMetric], notes: [String]
  ) -> ReportTable {
    ReportTable(
      title: title,
      columns: [.init("policy", alignment: .leading)]
        + grid.axes.map { .init(AxisValue(path: $0, value: .absent).label) }
        + grid.splits.flatMap { split in metrics.map { .init($0.header, group: split) } },
      rows: grid.rows.map { row in
        let settings = grid.axes.map { axis in
          Cell.text(row.settings.first { $0.path == axis }?.value.text ?? "")
        }
        let figures = grid.splits.flatMap { split in
          metrics.map { metric -> Cell in
            guard let estimate = grid.estimate(metric, row, split: split) else { return .missing }
            return .number(
              estimate.mean, digits: metric.digits, error: grid.error(of: estimate, row))
          }
        }
        return [.text(row.label)] + settings + figures
      },
      notes: notes, labelColumns: 1 + grid.axes.count)
  }
}

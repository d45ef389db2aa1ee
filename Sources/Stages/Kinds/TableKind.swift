import Foundation
package import Fields
package import PipelineCore
import Reasoning
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
  }

  package func linkIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> [FieldIssue] {
    let upstream = inputs["results"] ?? []
    guard !upstream.isEmpty else { return [] }
    var issues: [FieldIssue] = []
    if let rows = configuration.rows {
      let axes = upstream.flatMap(\.axes).uniqued().filter { $0 != Axis.seedPath }
      if !axes.contains(rows) {
        issues.append(
          FieldIssue(
            ["rows"], "no result of this table is swept over '\(rows)'",
            help: EditDistance.suggestion(for: rows, among: axes).map { "did you mean '\($0)'?" }
              ?? (axes.isEmpty
                ? "nothing is swept; leave out 'rows'" : "swept: " + axes.joined(separator: ", "))))
      }
    }
    let evaluated = upstream.flatMap { stage in
      (stage.config["splits"].listValue ?? [stage.config["split"]]).compactMap(\.stringValue)
    }.uniqued()
    for (index, split) in configuration.splits.enumerated() where !evaluated.contains(split) {
      issues.append(
        FieldIssue(
          ["splits", String(index)], "no result of this table covers split '\(split)'",
          help: EditDistance.suggestion(for: split, among: evaluated).map {
            "did you mean '\($0)'?"
          } ?? "splits: " + evaluated.joined(separator: ", ")))
    }
    return issues
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let table = try ResultTable(
      title: configuration.title, axis: configuration.rows,
      metrics: configuration.columns.compactMap(EvaluationMetric.init(rawValue:)),
      splits: configuration.splits
    ).table(of: context.collected("results"), missing: context.missing("results"))
    try context.output.write(Data(table.terminal(width: 80).utf8), to: "table.txt")
    try context.output.write(Data(table.markdown().utf8), to: "table.md")
    try context.output.write(Data(table.csv().utf8), to: "table.csv")
    try context.output.write(Data(table.json().utf8), to: "table.json")
  }
}

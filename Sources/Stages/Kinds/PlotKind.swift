package import Fields
import Foundation
package import PipelineCore
import Reporting

/// Draws evaluations as points, one metric against another, a series per split.
package struct PlotKind: ConfiguredStageKind {
  package let name = "plot"
  package let meaning = "Draw evaluations, one metric against another, as SVG"
  package let version = 2
  package let roles = [
    Role(
      "results", accepts: [.responses], collects: true,
      "labels and the evaluations they stand for; every point of each is collected")
  ]
  package let output = ArtifactType.plot
  package let usesSeed = false
  package let usesNumerics = false

  package init() {}

  package struct Configuration: FieldGroup {
    package var title = ""
    package var x = EvaluationMetric.meanTokens
    package var y = EvaluationMetric.accuracy
    package var splits: [String] = []

    package init() {}
    package static let meaning = "What the plot shows"
    package static var fields: [Field<Configuration>] {
      [
        .string("title", \.title, "Heading of the plot", .semantic),
        .choice("x", \.x, "The metric from left to right", .semantic),
        .choice("y", \.y, "The metric from bottom to top", .semantic),
        .strings(
          "splits", \.splits, count: 0...8,
          "The splits to show, a series each; none means all", .semantic),
      ]
    }

    package func issues() -> [FieldIssue] {
      FieldIssue.repeats(in: splits, at: "splits")
    }
  }

  package func linkIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    UpstreamResults(inputs["results"] ?? []).issues(forSplits: configuration.splits)
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost(work: WorkAmount(sort: "results", amount: inputs["results"]?.count ?? 0))
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let grid = try ResultGrid(
      context.collected("results"), missing: context.missing("results"),
      splits: configuration.splits)
    let plot = Plot(
      title: configuration.title, x: .init(configuration.x.axisLabel),
      y: .init(configuration.y.axisLabel),
      series: grid.splits.map { split in
        Plot.Series(
          split, joined: true,
          points: grid.rows.compactMap { row in
            let filter = EvidenceFilter(splits: [split])
            guard let x = grid.summary(configuration.x, row, filter),
              let y = grid.summary(configuration.y, row, filter)
            else { return nil }
            return Plot.Point(
              x.value, y.value, xError: x.margin95, yError: y.margin95, label: label(row))
          })
      })
    try context.output.write(Data(plot.svg().utf8), to: "plot.svg")
  }

  /// A swept point is told by its settings, any other by its label.
  private func label(_ row: ResultGrid.Row) -> String {
    row.settings.isEmpty
      ? row.label
      : row.settings.map { "\($0.label) \($0.value.text)" }.joined(separator: ", ")
  }
}

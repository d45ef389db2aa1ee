package import Fields
package import PipelineCore
package import Reporting

/// Accuracy at each of several budgets: one curve for each policy, one panel for each split.
///
/// If thoughts were cut at budgets, the answers given under each budget are scored. Otherwise the
/// same responses are scored as if generation had been cut off at that length.
package struct AnytimePlot: ResultPlot {
  package let name = "anytime"
  package let meaning = "y at each of the budgets, a curve per policy, a panel per split"

  package init() {}

  package func issues(_ configuration: PlotKind.Configuration) -> [FieldIssue] {
    configuration.budgets.count > 1
      ? []
      : [
        FieldIssue(
          ["budgets"], "an anytime curve needs at least two budgets",
          help: "write budgets: [16, 32, 64]")
      ]
  }

  package func sheet(
    _ inputs: [CollectedInput], missing: [MissingInput], _ configuration: PlotKind.Configuration
  ) throws -> PlotSheet {
    let grid = try ResultGrid(
      inputs, missing: missing, splits: configuration.splits,
      metrics: [configuration.xMetric.name, configuration.yMetric.name])
    let isSingle = grid.splits.count < 2
    let panels = grid.splits.map { split -> Plot in
      let filter = ResultFilter(splits: [split])
      let cutRows = Set(grid.rows.filter { grid[$0]?.budgets(filter).isEmpty == false })
      let summaries = configuration.budgets.map { budget in
        (
          under: cutRows.isEmpty
            ? [:] : grid.summaries(configuration.yMetric, filter.at(budget: budget)),
          cutOff: cutRows.count == grid.rows.count
            ? [:] : grid.summaries(configuration.yMetric, filter.at(cutoff: budget))
        )
      }
      let series = grid.rows.map { row in
        Plot.Series(
          row.title(grid.texts), .line,
          points: zip(configuration.budgets, summaries).compactMap { budget, summaries in
            (cutRows.contains(row) ? summaries.under : summaries.cutOff)[row].map {
              Plot.Point(Double(budget), $0.value, xRange: nil, yRange: $0.interval95)
            }
          })
      }
      let heights = series.compactMap { series in
        Curve.meanHeight(series.points.map { ($0.x, $0.y) }).map { "\(series.name) \(fixed($0))" }
      }
      return Plot(
        title: isSingle ? configuration.title : split, x: .init("budget, tokens"),
        y: .init(configuration.yMetric.axisLabel, including: [0]), series: series,
        notes: ["Mean height: " + heights.joined(separator: "; ") + "."]
          + configuration.scoreNotes + (isSingle ? grid.notes : []),
        width: isSingle ? 640 : 480, height: isSingle ? 420 : 360)
    }
    guard !panels.isEmpty else { return .empty(configuration.title) }
    return PlotSheet(
      title: isSingle ? "" : configuration.title, panels: panels, columns: 2,
      notes: isSingle ? [] : grid.notes)
  }
}

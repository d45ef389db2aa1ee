import Algorithms
import Fields
package import PipelineCore
package import Reporting

/// Plots one metric against another: one series for each split, with the Pareto front (the points
/// that no other point beats).
package struct TradeoffPlot: ResultPlot {
  package let name = "tradeoff"
  package let meaning =
    "x against y, a series per split, with the front of what no other point beats"

  package init() {}

  package func sheet(
    _ inputs: [CollectedInput], missing: [MissingInput], _ configuration: PlotKind.Configuration
  ) throws -> PlotSheet {
    let grid = try ResultGrid(
      inputs, missing: missing, splits: configuration.splits,
      metrics: [configuration.xMetric.name, configuration.yMetric.name])
    let points = grid.splits.map { split in
      let filter = ResultFilter(splits: [split])
      let xs = grid.summaries(configuration.xMetric, filter)
      let ys = grid.summaries(configuration.yMetric, filter)
      return grid.rows.map { row -> (row: ResultGrid.Row, point: Plot.Point)? in
        guard let x = xs[row], let y = ys[row] else { return nil }
        return (
          row,
          Plot.Point(
            x.value, y.value, xRange: x.interval95, yRange: y.interval95,
            label: row.shortTitle(grid.texts))
        )
      }.compactMap { $0 }
    }
    var series: [Plot.Series] = []
    for (index, split) in grid.splits.enumerated() {
      let front = ParetoFront(points[index].map { ($0.point.x, $0.point.y) })
      series.append(
        Plot.Series(
          "", .steps, color: index, points: front.points.map { Plot.Point($0.x, $0.y) }))
      series.append(Plot.Series(split, .points, color: index, points: points[index].map(\.point)))
    }
    let plot = Plot(
      title: configuration.title, x: .init(configuration.xMetric.axisLabel),
      y: .init(configuration.yMetric.axisLabel), series: series,
      notes: areas(grid, points, configuration) + configuration.scoreNotes + grid.notes)
    return PlotSheet(title: "", panels: [plot], columns: 1)
  }

  /// The mean height of each label's own front over the range of all points.
  private func areas(
    _ grid: ResultGrid, _ points: [[(row: ResultGrid.Row, point: Plot.Point)]],
    _ configuration: PlotKind.Configuration
  ) -> [String] {
    zip(grid.splits, points).compactMap { split, points in
      let x = points.map(\.point.x)
      guard let low = x.min(), let high = x.max(), low < high else { return nil }
      let labels = points.map(\.row.label).uniqued(on: \.self)
      let areas = labels.compactMap { label -> String? in
        guard points.count(where: { $0.row.label == label }) > 1 else { return nil }
        let own = points.filter { $0.row.label == label }.map { ($0.point.x, $0.point.y) }
        return ParetoFront(own).area(over: low...high).map {
          "\(label) \(fixed($0))"
        }
      }
      let all = ParetoFront(points.map { ($0.point.x, $0.point.y) }).area(over: low...high) ?? 0
      return "\(split): the front's mean \(configuration.yMetric.header) from \(fixed(low, 1)) to "
        + "\(fixed(high, 1)) is \(fixed(all))"
        + (labels.count > 1 && !areas.isEmpty ? " (alone: \(areas.joined(separator: ", ")))." : ".")
    } + ["Dashed: what no other point beats."]
  }
}

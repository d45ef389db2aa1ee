package import PipelineCore
import Reasoning
package import Reporting

/// Lengths of responses, correct and wrong ones apart: one row of panels for each difficulty, one
/// column for each policy.
package struct LengthsPlot: ResultPlot {
  package let name = "lengths"
  package let meaning = "histograms of response length, right and wrong apart, by difficulty"

  package init() {}

  package func sheet(
    _ inputs: [CollectedInput], missing: [MissingInput], _ configuration: PlotKind.Configuration
  ) throws -> PlotSheet {
    let grid = try ResultGrid(inputs, missing: missing, splits: configuration.splits)
    let filter = ResultFilter(splits: grid.splits)
    let records = grid.rows.map { grid[$0]?.records(filter).filter(\.hasLength) ?? [] }
    let levels = Set(records.joined().map(\.problem.difficulty)).sorted()
    let longest = records.joined().map(\.tokenCount).max() ?? 0
    guard !levels.isEmpty else { return .empty(configuration.title) }
    let width = max(1, NiceScale(covering: 0, Double(longest), parts: 20).step.rounded(.up))
    let panels = levels.flatMap { level in
      zip(grid.rows, records).map { row, records in
        let own = records.filter { $0.problem.difficulty == level }
        func bars(_ name: String, _ isCorrect: Bool, _ color: Int) -> Plot.Series {
          let lengths = own.filter { $0.isCorrect == isCorrect }.map(\.tokenCount)
          let bins = Dictionary(grouping: lengths) { Int(Double($0) / width) }
          return Plot.Series(
            name, .bars(width: width), color: color,
            points: bins.sorted { $0.key < $1.key }.map {
              Plot.Point(Double($0.key) * width, Double($0.value.count))
            })
        }
        return Plot(
          title: "\(row.title(grid.texts)), difficulty \(level)",
          x: .init("response tokens", including: [0, Double(longest)]), y: .init("responses"),
          series: [bars("right", true, 0), bars("wrong", false, 1)], width: 320, height: 230)
      }
    }
    return PlotSheet(
      title: configuration.title, panels: panels, columns: grid.rows.count,
      notes: ["Bars are \(fixed(width, 0)) tokens wide, and darker where both overlap."]
        + grid.notes.dropFirst())
  }
}

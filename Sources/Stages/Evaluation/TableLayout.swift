import Fields
import PipelineCore
import Reasoning
import Reporting

/// Lays out evaluations as a table: label and settings, then one group of columns per split, then
/// published numbers.
struct TableLayout {
  let grid: ResultGrid
  let configuration: TableKind.Configuration
  let published: PublishedColumns?
  /// The stages behind these results that ran external programs.
  let programs: [String]

  /// One row of the table: a row of the grid, or a part of its problems.
  private struct Line {
    let row: ResultGrid.Row
    var part = ""
    var filter = ResultFilter()

    func filter(for figure: Figure) -> ResultFilter {
      var filter = filter
      filter.splits = figure.split.map { [$0] } ?? figure.metric.ownSplits
      return filter
    }
  }

  var table: ReportTable {
    let lines = self.lines
    let figures = figures(of: lines)
    let used = published.map { published in
      grid.rows.map { published.row(for: $0) }
    }
    return ReportTable(
      title: configuration.title, columns: columns,
      rows: lines.map { cells($0, figures) } + unmatchedPublished(besides: used ?? []),
      notes: notes,
      labelColumns: labelCount)
  }

  private var metrics: [any Metric] {
    configuration.columns.compactMap(configuration.scores.metric)
  }

  /// One column of figures: a metric on a split, or one that names its splits itself.
  private struct Figure {
    let metric: any Metric
    let split: String?
  }

  private var shown: [Figure] {
    grid.splits.flatMap { split in
      metrics.filter(\.ownSplits.isEmpty).map { Figure(metric: $0, split: split) }
    } + metrics.filter { !$0.ownSplits.isEmpty }.map { Figure(metric: $0, split: nil) }
  }

  /// True if a row averages over several seeds; then the table has a column with their number.
  private var showsSeeds: Bool { grid.runCount > 1 }

  private var labelCount: Int {
    1 + grid.axisColumns.count + (configuration.groupBy == nil ? 0 : 1) + (showsSeeds ? 1 : 0)
  }

  private var columns: [ReportTable.Column] {
    [.init("policy", alignment: .leading)]
      + grid.axisColumns.map { .init($0.name) }
      + (configuration.groupBy.map { [.init($0.rawValue, alignment: .leading)] } ?? [])
      + (showsSeeds ? [.init("seeds")] : [])
      + shown.map { figure in
        .init(
          figure.metric.header,
          group: figure.split ?? figure.metric.ownSplits.joined(separator: ", "))
      }
      + (published?.columns ?? [])
  }

  private var lines: [Line] {
    grid.rows.flatMap { row -> [Line] in
      guard let division = configuration.groupBy, let results = grid[row] else {
        return [Line(row: row)]
      }
      let records = results.records(ResultFilter(splits: grid.splits))
      switch division {
      case .family:
        return Set(records.map(\.problem.family)).sorted().map {
          Line(row: row, part: $0, filter: ResultFilter(family: $0))
        }
      case .difficulty:
        return Set(records.map(\.problem.difficulty)).sorted().map {
          Line(row: row, part: String($0), filter: ResultFilter(difficulty: $0))
        }
      }
    }
  }

  /// The summaries of all rows by part of the problems and by the metric's name.
  private typealias Summaries =
    [ResultFilter: [String: [ResultGrid.Row: SeedQuestionGrid.Summary]]]

  /// The metrics of all rows at once, each on the row's part of the problems.
  private func figures(of lines: [Line]) -> Summaries {
    var summaries: Summaries = [:]
    for line in lines {
      for figure in shown {
        let (filter, name) = (line.filter(for: figure), figure.metric.name)
        guard summaries[filter]?[name] == nil else { continue }
        summaries[filter, default: [:]][name] = grid.summaries(figure.metric, filter)
      }
    }
    return summaries
  }

  private func cells(_ line: Line, _ summaries: Summaries) -> [Cell] {
    let settings = grid.axisColumns.map { axis in
      Cell.text(
        line.row.settings.first { axis.paths.contains($0.path) }.map(grid.texts.text) ?? "")
    }
    let figures = shown.map { figure -> Cell in
      guard let summary = summaries[line.filter(for: figure)]?[figure.metric.name]?[line.row]
      else { return .missing }
      return .number(summary.value, digits: figure.metric.digits, error: summary.margin95)
    }
    return [.text(line.row.label)] + settings
      + (configuration.groupBy == nil ? [] : [.text(line.part)])
      + (showsSeeds ? [.number(grid[line.row]?.runs.count ?? 0)] : [])
      + figures + (published.map { $0.cells($0.row(for: line.row)) } ?? [])
  }

  /// Published rows without a counterpart among ours.
  private func unmatchedPublished(besides used: [Int?]) -> [[Cell]] {
    guard let published else { return [] }
    return published.table.rows.indices.filter { !used.contains($0) }.map { index in
      let row = published.table.rows[index]
      let settings = grid.axisColumns.map { Cell.text(row.settings[$0.name]?.text ?? "") }
      let others = row.settings.sorted { $0.key < $1.key }.filter { name, _ in
        !grid.axisColumns.contains { $0.name == name }
      }
      let label = ([row.label + " (published)"] + others.map { "\($0) \($1.text)" }).joined(
        separator: ", ")
      let ours = labelCount - 1 - grid.axisColumns.count + shown.count
      return [.text(label)] + settings + Array(repeating: .text(""), count: ours)
        + published.cells(index)
    }
  }

  private var notes: [String] {
    grid.notes + grid.auditNotes + configuration.scores.notes(using: configuration.columns)
      + [published?.note, ProgramNote.text(programs)].compactMap { $0 }
  }
}

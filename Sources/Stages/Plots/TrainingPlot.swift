package import Fields
import Foundation
import OrderedCollections
package import PipelineCore
package import Reporting

/// Plots training logs step by step: one panel for each metric, one curve for each policy.
package struct TrainingPlot: ResultPlot {
  package let name = "training"
  package let meaning =
    "figures of the training logs by step, a panel per figure, a curve per model"
  package let draws = ArtifactType.model

  /// The largest number of points in a curve; longer logs are averaged in blocks of steps.
  private static let pointLimit = 200

  package init() {}

  package func issues(_ configuration: PlotKind.Configuration) -> [FieldIssue] {
    configuration.figures.isEmpty
      ? [
        FieldIssue(
          ["figures"], "missing field 'figures'", help: "write figures: [reward, kl]")
      ] : []
  }

  package func sheet(
    _ inputs: [CollectedInput], missing: [MissingInput], _ configuration: PlotKind.Configuration
  ) throws -> PlotSheet {
    let runs = try OrderedDictionary(
      grouping: inputs, by: { ResultGrid.row($0.label, $0.point) }
    ).map { row, runs in
      (row, try runs.map { try TrainingLog.rows(of: $0.artifact) })
    }
    let logged = Set(runs.flatMap { $0.1.joined().flatMap(\.figures.keys) }).sorted()
    for figure in configuration.figures where !logged.contains(figure) && !logged.isEmpty {
      let help = UnknownName("figure", figure, among: logged).help
      throw StageFailure(
        "no training logged the figure '\(figure)'" + (help.map { "; " + $0 } ?? ""))
    }
    let texts = SettingTexts(runs.map(\.0))
    let panels = configuration.figures.map { figure in
      Plot(
        title: figure, x: .init("step"), y: .init(figure),
        series: runs.map { row, logs in
          Plot.Series(row.title(texts), .line, points: Self.curve(logs, figure))
        }, width: 480, height: 320)
    }
    let seeds = runs.map(\.1.count).max() ?? 0
    var notes = seeds > 1 ? ["Curves are means over \(seeds) seeds."] : []
    if !missing.isEmpty {
      notes.append("Missing: " + missing.map(\.address).joined(separator: ", ") + ".")
    }
    return PlotSheet(title: configuration.title, panels: panels, columns: 2, notes: notes)
  }

  /// The mean over seeds at each step, averaged in blocks of steps if the log is long.
  private static func curve(_ logs: [[TrainingLog.Row]], _ figure: String) -> [Plot.Point] {
    var sums: [Int: Moments] = [:]
    for log in logs {
      for row in log {
        if let value = row.figures[figure] {
          sums[row.step, default: Moments()].add(Moments(value))
        }
      }
    }
    let steps = sums.keys.sorted()
    let block = max(1, (steps.count + pointLimit - 1) / pointLimit)
    return stride(from: 0, to: steps.count, by: block).compactMap { start in
      let own = steps[start..<min(start + block, steps.count)]
      var sum = Moments()
      for step in own { sum.add(sums[step] ?? Moments()) }
      let x = Double(own.reduce(0, +)) / Double(own.count)
      return sum.figure(.mean).map { Plot.Point(x, $0) }
    }
  }
}

extension TrainingLog {
  /// One step's metrics by name.
  package struct Row: Sendable {
    package let step: Int
    package let figures: [String: Double]

    package init(step: Int, figures: [String: Double]) {
      self.step = step
      self.figures = figures
    }
  }

  /// The rows of a model's log; empty for a model without a log.
  package static func rows(of artifact: any ArtifactReader) throws -> [Row] {
    guard artifact.files.contains(file) else { return [] }
    return try rows(in: artifact.read(file))
  }

  /// The rows of a log's lines.
  static func rows(in lines: Data) throws -> [Row] {
    try JSONLines.decode([String: Double?].self, from: lines).compactMap { values in
      guard let step = values["step"] ?? nil else { return nil }
      return Row(step: Int(step), figures: values.compactMapValues { $0 })
    }
  }
}

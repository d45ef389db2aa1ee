import Fields
package import PipelineCore
package import Reporting

/// How collected evaluations become a table.
package struct ResultTable {
  private let title: String
  private let axis: String?
  private let metrics: [EvaluationMetric]
  private let splits: [String]

  package init(title: String, axis: String?, metrics: [EvaluationMetric], splits: [String]) {
    self.title = title
    self.axis = axis
    self.metrics = metrics
    self.splits = splits
  }

  /// One row: a label and a setting of every swept field but the seed.
  private struct Row: Hashable {
    var label: String
    var settings: [AxisValue]
  }

  /// - Parameter missing: points that failed; their rows say so.
  package func table(
    of inputs: [CollectedInput], missing: [MissingInput]
  ) throws -> ReportTable {
    let axes = orderedAxes(of: inputs.map(\.point) + missing.map(\.point))
    let evaluations = try inputs.map { input in
      (input, try ResponsesArtifact.read(input.artifact).grouped { $0.split })
    }
    let shown =
      splits.isEmpty ? evaluations.flatMap { $0.1.map(\.key) }.uniqued() : splits
    let rows = (inputs.map { row($0.label, $0.point) } + missing.map { row($0.label, $0.point) })
      .uniqued()
    let runs = Dictionary(grouping: evaluations) { row($0.0.label, $0.0.point) }
    let absent = Dictionary(grouping: missing) { row($0.label, $0.point) }

    let cells: [[Cell]] = rows.map { row in
      let settings = axes.map { axis in
        row.settings.first { $0.path == axis }.map { Cell.text($0.value.text) } ?? .text("")
      }
      let values: [Cell] = shown.flatMap { split in
        metrics.map { metric in
          cell(
            metric,
            over: (runs[row] ?? []).map { run in
              run.1.first { $0.key == split }?.elements.byQuestion ?? []
            })
        }
      }
      return [.text(row.label)] + settings + values
    }
    var notes: [String] = []
    let runCount = runs.values.map(\.count).max() ?? 0
    notes.append(
      runCount > 1
        ? "± is half of a 95 % interval over \(runCount) seeds."
        : "± is the standard error over questions; one seed.")
    notes += rows.compactMap { row in
      absent[row].map { points in
        "\(points.count) point\(points.count == 1 ? "" : "s") of '\(row.label)' "
          + "\(points.count == 1 ? "is" : "are") missing: "
          + points.map(\.address).joined(separator: ", ") + "."
      }
    }
    return ReportTable(
      title: title,
      columns: [.init("policy", alignment: .leading)]
        + axes.map { .init(AxisValue(path: $0, value: .absent).label) }
        + shown.flatMap { split in metrics.map { .init($0.header, group: split) } },
      rows: cells, notes: notes, labelColumns: 1 + axes.count)
  }

  private func row(_ label: String, _ point: [AxisValue]) -> Row {
    Row(label: label, settings: point.filter { $0.path != Axis.seedPath })
  }

  /// The axis asked for first, then the others, so that no two settings share a row.
  private func orderedAxes(of points: [[AxisValue]]) -> [String] {
    let all = points.joined().map(\.path).uniqued().filter { $0 != Axis.seedPath }
    return all.filter { $0 == axis } + all.filter { $0 != axis }
  }

  /// Over several seeds the mean of the runs' means; over one, its mean over questions.
  private func cell(_ metric: EvaluationMetric, over runs: [[[ResponseRecord]]]) -> Cell {
    let estimates = runs.compactMap { metric.estimate($0) }
    guard estimates.count > 1 else {
      return .meanWithStandardError(estimates.first, digits: metric.digits)
    }
    return .mean(Estimate(estimates.map(\.mean)), digits: metric.digits)
  }
}

import Fields
package import PipelineCore
package import Reporting

/// Training runs of one label at one setting, with the last metrics in each seed's log.
package struct TrainingResults: ClaimResults {
  package static let type = ArtifactType.model
  /// Nil because only the logs name the metrics.
  package static let metrics: [String]? = nil

  private let logs: [(seed: String, rows: [TrainingLog.Row])]

  /// - Throws: `StoreError` if a log cannot be read.
  package init(_ runs: [CollectedInput], for metrics: [String] = []) throws {
    logs = try runs.map { input in
      (
        input.point.first { $0.path == Axis.seedPath }?.value.text ?? "",
        try TrainingLog.rows(of: input.artifact)
      )
    }
  }

  /// A grid with one run per seed and without questions; nil unless every log has the metric.
  package func grid(of metric: String, _ filter: ResultFilter) -> SeedQuestionGrid? {
    let last = logs.compactMap { log in log.rows.last { $0.figures[metric] != nil }?.figures[metric]
    }
    guard last.count == logs.count, !last.isEmpty else { return nil }
    return SeedQuestionGrid(last.map { [$0] }, seeds: logs.map(\.seed))
  }
}

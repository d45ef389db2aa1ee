import Fields
package import PipelineCore
package import Reporting

/// Trainings of one label at one setting: what each seed's log says at its last step.
package struct TrainingEvidence: ClaimEvidence {
  package static let type = ArtifactType.model
  /// They are in the logs alone.
  package static let metrics: [String]? = nil

  private let logs: [(seed: String, rows: [TrainingLog.Row])]

  /// - Throws: `StoreError` when a log cannot be read.
  package init(_ runs: [CollectedInput]) throws {
    logs = try runs.map { input in
      (
        input.point.first { $0.path == Axis.seedPath }?.value.text ?? "",
        try TrainingLog.rows(of: input.artifact)
      )
    }
  }

  /// A run for each seed, and no questions; nil unless every log has the figure.
  package func panel(of metric: String, _ filter: EvidenceFilter) -> Panel? {
    let last = logs.compactMap { log in log.rows.last { $0.figures[metric] != nil }?.figures[metric]
    }
    guard last.count == logs.count, !last.isEmpty else { return nil }
    return Panel(last.map { [$0] }, seeds: logs.map(\.seed))
  }
}

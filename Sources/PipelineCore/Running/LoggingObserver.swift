package import Logging

/// Logs a run, one line for each event with its time, key and artifact, for programs and for
/// finding the cause of a problem.
package final class LoggingObserver: RunObserver {
  private let logger: Logger

  package init(_ logger: Logger) { self.logger = logger }

  package func planned(_ plan: Plan) {
    for planned in plan.points {
      logger.debug(
        "planned",
        metadata: [
          "point": "\(planned.point.address)", "state": "\(planned.state)",
          "key": "\(planned.key?.hex ?? "unknown")",
        ])
    }
  }

  package func started(_ point: StagePoint, resumingAt step: Int?) {
    logger.info(
      "started", metadata: ["point": "\(point.address)", "from_step": "\(step ?? 0)"])
  }

  package func progressed(_ point: StagePoint, _ progress: StageProgress) {
    var metadata: Logger.Metadata = [
      "point": "\(point.address)", "step": "\(progress.step)", "of": "\(progress.total)",
    ]
    for metric in progress.metrics { metadata[metric.name] = "\(metric.value)" }
    logger.debug("progress", metadata: metadata)
  }

  package func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {
    let metadata: Logger.Metadata = [
      "point": "\(point.address)", "outcome": "\(outcome.name)", "seconds": "\(seconds)",
    ]
    if case .failed(let sentence) = outcome {
      logger.error("failed: \(sentence)", metadata: metadata)
    } else {
      logger.info("finished", metadata: metadata)
    }
  }

  package func retrying(
    _ point: StagePoint, after failure: String, retry: Int, of limit: Int
  ) {
    logger.warning(
      "retrying: \(failure)",
      metadata: ["point": "\(point.address)", "retry": "\(retry)", "of": "\(limit)"])
  }

  package func noticed(_ notice: Notice) { logger.warning("\(notice)") }

  package func tick() {}

  package func ended(_ summary: RunSummary) {
    logger.info(
      "ended",
      metadata: [
        "run": "\(summary.id)", "outcome": "\(summary.outcome.rawValue)",
        "seconds": "\(summary.seconds)",
      ])
    for point in summary.points {
      logger.debug(
        "artifact",
        metadata: [
          "point": "\(point.address)", "key": "\(point.key ?? "none")",
          "digest": "\(point.artifact ?? "none")",
        ])
    }
  }
}

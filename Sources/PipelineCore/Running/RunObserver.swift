/// Receives the events of a run. All calls come from the runner's thread, one at a time.
package protocol RunObserver: AnyObject {
  /// Called before anything starts.
  func planned(_ plan: Plan)
  /// Work on a point begins, perhaps from a checkpoint. Not called for cache hits.
  func started(_ point: StagePoint, resumingAt step: Int?)
  /// The latest progress of a running point; not called for every step.
  func progressed(_ point: StagePoint, _ progress: StageProgress)
  func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double)
  /// The work failed and will be tried again, for the `retry`-th of at most `limit` times.
  func retrying(_ point: StagePoint, after failure: String, retry: Int, of limit: Int)
  func noticed(_ notice: Notice)
  /// Called about ten times a second while anything is running.
  func tick()
  /// Called after the last point; no other call follows.
  func ended(_ summary: RunSummary)
}

extension RunObserver {
  package func retrying(
    _ point: StagePoint, after failure: String, retry: Int, of limit: Int
  ) {}
}

/// An observer that ignores all events.
package final class SilentObserver: RunObserver {
  package init() {}
  package func planned(_ plan: Plan) {}
  package func started(_ point: StagePoint, resumingAt step: Int?) {}
  package func progressed(_ point: StagePoint, _ progress: StageProgress) {}
  package func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {}
  package func noticed(_ notice: Notice) {}
  package func tick() {}
  package func ended(_ summary: RunSummary) {}
}

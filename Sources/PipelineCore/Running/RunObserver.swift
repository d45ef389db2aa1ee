/// What a run tells the outside. All calls come from the runner's own thread, one at a time.
package protocol RunObserver: AnyObject {
  /// Before anything starts.
  func planned(_ plan: Plan)
  /// Work on a point begins, perhaps from a checkpoint. Hits do not start.
  func started(_ point: StagePoint, resumingAt step: Int?)
  /// The latest progress of a point at work; not every step is told.
  func progressed(_ point: StagePoint, _ progress: StageProgress)
  func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double)
  /// The work failed and will be tried again: for the `retry`-th of at most `limit` times.
  func retrying(_ point: StagePoint, after failure: String, retry: Int, of limit: Int)
  func noticed(_ notice: Notice)
  /// Time has passed; called about ten times a second while anything is at work.
  func tick()
  /// After the last point; nothing is called after it.
  func ended(_ summary: RunSummary)
}

extension RunObserver {
  package func retrying(
    _ point: StagePoint, after failure: String, retry: Int, of limit: Int
  ) {}
}

/// Says nothing.
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

/// Does the work of a run's points, in this process or elsewhere: the runner decides which work is
/// ready, hands it over as a job, and hears how it went.
///
/// The three calls are those of Snakemake's executor plugins: `run_job`, `check_active_jobs` and
/// `cancel_jobs`. Where a job runs is never part of a key, and every job publishes its result in
/// the store, so all executors make the same artifacts.
///
/// The runner makes all calls from one thread.
package protocol StageExecutor: AnyObject {
  /// Returns the reason why this executor cannot do a point's work, whatever its inputs hold; nil
  /// if it can. The runner asks before it opens the inputs.
  func obstacle(to point: StagePoint) -> String?

  /// Starts a job and returns without waiting for its end. Its messages carry the job's index; the
  /// last one is `ended`, and a job of the same index may be started only after that.
  /// - Throws: the reason why this executor cannot do the job; the point then fails and is not
  ///   tried again.
  func start(_ job: StageJob) throws

  /// Returns everything that arrived since the last call; waits at most `seconds` if that is
  /// nothing. A job that disappeared is reported as failed, so that its retries apply.
  func messages(waiting seconds: Double) -> WorkMessages

  /// Asks jobs to save their state and stop; each still reports its end. Does nothing for a job
  /// that has ended.
  func cancel(_ indices: [Int])
}

extension StageExecutor {
  package func obstacle(to point: StagePoint) -> String? { nil }
}

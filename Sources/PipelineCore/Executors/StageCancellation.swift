import Synchronization

/// Passes an executor's request to a running stage: save, then stop or fail.
package final class StageCancellation: Sendable {
  private let stopped = Atomic<Bool>(false)
  private let failure = Mutex<String?>(nil)

  package init() {}

  /// Asks the stage to end as stopped.
  package func stop() { stopped.store(true, ordering: .relaxed) }

  /// Asks the stage to fail.
  /// - Parameter reason: the sentence with which it fails.
  package func fail(_ reason: String) { failure.withLock { $0 = $0 ?? reason } }

  var isStopRequested: Bool { stopped.load(ordering: .relaxed) }
  var reasonToFail: String? { failure.withLock { $0 } }
}

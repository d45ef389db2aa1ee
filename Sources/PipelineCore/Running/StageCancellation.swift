import Synchronization

/// Passes the runner's order to a running stage: save and fail, with the reason.
final class StageCancellation: Sendable {
  private let failure = Mutex<String?>(nil)

  /// - Parameter reason: the sentence with which the stage fails.
  func fail(_ reason: String) { failure.withLock { $0 = $0 ?? reason } }

  var reasonToFail: String? { failure.withLock { $0 } }
}

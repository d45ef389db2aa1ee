import Synchronization

/// What the runner tells one stage at work: to save and fail, and why.
final class StageOrders: Sendable {
  private let failure = Mutex<String?>(nil)

  /// - Parameter reason: the sentence the stage fails with.
  func fail(_ reason: String) { failure.withLock { $0 = $0 ?? reason } }

  var reasonToFail: String? { failure.withLock { $0 } }
}

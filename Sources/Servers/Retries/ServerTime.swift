import Foundation

/// The clocks of a client. Tests have their own, so that nothing waits.
package struct ServerTime: Sendable {
  /// The time since some moment, on a clock that only goes forward.
  package let now: @Sendable () -> Duration
  /// The seconds since 1970.
  package let date: @Sendable () -> Int
  /// Waits; throws `CancellationError` when the task is cancelled.
  package let sleep: @Sendable (Duration) async throws -> Void

  package init(
    now: @escaping @Sendable () -> Duration, date: @escaping @Sendable () -> Int,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.date = date
    self.sleep = sleep
  }

  /// The clocks of this machine.
  package static let system: ServerTime = {
    let clock = ContinuousClock()
    let start = clock.now
    return ServerTime(
      now: { start.duration(to: clock.now) }, date: { Int(Date().timeIntervalSince1970) },
      sleep: { try await clock.sleep(for: $0) })
  }()
}

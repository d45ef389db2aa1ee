import Servers
import Synchronization

/// Clocks on which waits are over at once. Waits of a minute and a half or more, such as those for
/// a response that is late, are never over: they end by being cancelled.
final class FakeTime: Sendable {
  private struct State {
    var now = Duration.zero
    var waits: [Duration] = []
  }

  private let state = Mutex(State())
  private let mayPass: @Sendable ([Duration]) -> Bool

  /// - Parameter mayPass: takes the waits that are over; while it is false, a wait of a second or
  ///   more is not.
  init(mayPass: @escaping @Sendable ([Duration]) -> Bool = { _ in true }) {
    self.mayPass = mayPass
  }

  /// The waits that are over, in order.
  var waits: [Duration] { state.withLock(\.waits) }

  var time: ServerTime {
    ServerTime(
      now: { self.state.withLock(\.now) }, date: { 784_111_777 },
      sleep: { duration in
        guard duration < .seconds(90) else {
          try await Task.sleep(for: .seconds(3600))
          return
        }
        while duration >= .seconds(1), !self.mayPass(self.waits) {
          try Task.checkCancellation()
          await Task.yield()
        }
        try Task.checkCancellation()
        self.state.withLock { state in
          state.now += duration
          state.waits.append(duration)
        }
        await Task.yield()
      })
  }
}

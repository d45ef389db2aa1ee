import NIOCore
import Synchronization

/// The moments at which a response moved on, and whether it is late.
final class ResponseProgress: Sendable {
  enum Verdict: Sendable {
    /// In time; to be looked at again after this.
    case wait(Duration)
    case late(ConnectionFailure)
  }

  private let start: Duration
  private let limits: ServerLimits
  /// The time of the last piece; nil before the response begins.
  private let last = Mutex<Duration?>(nil)

  init(start: Duration, limits: ServerLimits) {
    self.start = start
    self.limits = limits
  }

  /// Notes that the response began, or moved on.
  func advance(now: Duration) { last.withLock { $0 = now } }

  func check(now: Duration) -> Verdict {
    let moved = last.withLock { $0 }
    let deadlines: [(Duration, String, Duration)] = [
      moved.map { ($0 + limits.idleTimeout, "the response stood still for", limits.idleTimeout) }
        ?? (start + limits.firstByteTimeout, "no response within", limits.firstByteTimeout),
      (start + limits.responseTimeout, "the response took longer than", limits.responseTimeout),
    ]
    for (deadline, words, limit) in deadlines where now >= deadline {
      return .late(ConnectionFailure(reason: "\(words) \(limit.inSeconds) s"))
    }
    // A response that begins meanwhile has a deadline that is earlier than this one.
    return .wait(min((deadlines.map(\.0).min() ?? now) - now, limits.idleTimeout))
  }
}

extension Duration {
  /// The seconds as a person writes them: `10`, `0.5`.
  var inSeconds: String {
    let seconds = Double(TimeAmount(self).nanoseconds) / 1e9
    return seconds == seconds.rounded() ? String(Int64(seconds)) : String(seconds)
  }
}

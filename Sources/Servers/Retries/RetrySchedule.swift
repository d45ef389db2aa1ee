/// The tries of one request: when to send it again, and when to give up. It knows no clock.
struct RetrySchedule: Sendable {
  enum Step: Sendable, Hashable {
    case wait(Duration)
    case stop(ServerError)
  }

  /// The longest wait between two looks at a server that loads its model.
  private static let longestLoadingWait = Duration.seconds(5)

  private let limits: ServerLimits
  private var random: SplitMix64
  /// The tries that failed, without those that found the server loading.
  private(set) var failures = 0
  private var loadingTries = 0
  private var loadingSince: Duration?

  /// - Parameter number: tells this request's jitter from that of others.
  init(limits: ServerLimits, number: UInt64) {
    self.limits = limits
    random = SplitMix64(state: limits.jitterSeed &+ number &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Returns what to do after a try that failed.
  /// - Parameter now: the time on a clock that only goes forward.
  mutating func step(after failure: CallFailure, now: Duration) -> Step {
    switch failure {
    case .final(let error): return .stop(error)
    case .loading(let retryAfter):
      let since = loadingSince ?? now
      loadingSince = since
      guard now - since < limits.loadingWait else {
        return .stop(.stillLoading(seconds: Int((now - since).components.seconds)))
      }
      loadingTries += 1
      let wait = retryAfter ?? backoff(loadingTries)
      return .wait(min(wait, Self.longestLoadingWait))
    case .throttled(let retryAfter, let reason), .passing(let retryAfter, let reason):
      loadingSince = nil
      loadingTries = 0
      failures += 1
      guard failures < limits.maxTries else {
        return .stop(.gaveUp(tries: failures, last: reason))
      }
      if let retryAfter {
        guard retryAfter <= limits.longestRetryAfter else {
          return .stop(.asksToWait(seconds: Int(retryAfter.components.seconds)))
        }
        // Not earlier than asked, and not all at once.
        return .wait(retryAfter + limits.firstBackoff * random.fraction())
      }
      return .wait(backoff(failures))
    }
  }

  /// b · 2^(k-1) · (1/2 + u/2), with u uniform in [0, 1), for the kth wait; at most the longest.
  private mutating func backoff(_ count: Int) -> Duration {
    let doubled = limits.firstBackoff * Double(1 << min(count - 1, 20))
    return min(doubled, limits.longestBackoff) * (0.5 + 0.5 * random.fraction())
  }
}

/// The reason why one try has no response.
enum CallFailure: Error, Sendable, Hashable {
  /// Sending again would not help.
  case final(ServerError)
  /// The server is still loading its model.
  case loading(retryAfter: Duration?)
  /// The server asks for fewer requests: 429, 503.
  case throttled(retryAfter: Duration?, reason: String)
  /// Something that may pass: another 5xx, 408, 409, a lost connection, half a response.
  case passing(retryAfter: Duration?, reason: String)
}

/// Steele, Lea & Flood 2014: SplitMix64.
private struct SplitMix64 {
  var state: UInt64

  /// The next number, uniform in [0, 1).
  mutating func fraction() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }
}

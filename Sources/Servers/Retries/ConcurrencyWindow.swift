/// The number of requests that may be open together: additive increase, multiplicative decrease.
///
/// Chiu & Jain 1989. A whole window of responses adds one request; a server that asks for fewer
/// halves the window, once in a cool-down, because the requests that were open then are refused
/// together.
struct ConcurrencyWindow: Sendable, Hashable {
  private let largest: Double
  private let coolDown: Duration
  private var size: Double
  private var coolUntil: Duration?

  init(_ limits: ServerLimits) {
    largest = Double(max(1, limits.maxConcurrency))
    size = min(Double(max(1, limits.firstConcurrency)), largest)
    coolDown = limits.coolDown
  }

  /// The number of requests that may be open.
  var limit: Int { Int(size) }

  /// Notes a whole response.
  mutating func responded(now: Duration) {
    guard !isCooling(now) else { return }
    size = min(largest, size + 1 / size)
  }

  /// Notes that the server asked for fewer requests.
  mutating func throttled(now: Duration) {
    guard !isCooling(now) else { return }
    size = max(1, size / 2)
    coolUntil = now + coolDown
  }

  private func isCooling(_ now: Duration) -> Bool { coolUntil.map { now < $0 } ?? false }
}

/// Bounds of a client's patience, and of the room that a server's answers may take.
package struct ServerLimits: Sendable, Hashable {
  /// The most times that one request is sent.
  package var maxTries = 6
  /// The time for which `Loading model` is waited out, without using up tries.
  package var loadingWait: Duration = .seconds(900)
  package var connectTimeout: Duration = .seconds(10)
  /// The time until a response begins. A response that is not streamed begins at its end.
  package var firstByteTimeout: Duration = .seconds(1800)
  /// The time between two pieces of a response.
  package var idleTimeout: Duration = .seconds(300)
  /// The time of a whole response, which a server's pings do not prolong.
  package var responseTimeout: Duration = .seconds(7200)

  /// The first wait between tries; each further one is twice as long, up to `longestBackoff`.
  package var firstBackoff: Duration = .milliseconds(500)
  package var longestBackoff: Duration = .seconds(60)
  /// A `Retry-After` beyond this is an error that says so, instead of a wait.
  package var longestRetryAfter: Duration = .seconds(600)
  /// The seed of the jitter of waits.
  package var jitterSeed: UInt64 = 0

  /// The number of requests that are open together at first, and at most.
  package var firstConcurrency = 8
  package var maxConcurrency = 64
  /// The time after a decrease of concurrency in which there is no other.
  package var coolDown: Duration = .seconds(5)

  package var maxResponseBytes = 64 << 20
  /// The most bytes of one line of a stream.
  package var maxLineBytes = 4 << 20

  package init() {}
}

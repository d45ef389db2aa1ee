import Foundation

/// How long to torture: a few seconds in `make test`, as long as one likes in `make torture`.
struct TortureSize {
  /// Seconds for each of the tests, and rounds that are done whatever they take.
  let seconds: Double
  let rounds: Int
  let isFull: Bool

  static let current: TortureSize = {
    let environment = ProcessInfo.processInfo.environment
    guard environment["LACONIC_TORTURE"] != nil else {
      return TortureSize(seconds: 0, rounds: 2, isFull: false)
    }
    let minutes = environment["TORTURE_MINUTES"].flatMap(Double.init) ?? 20
    return TortureSize(seconds: minutes * 60, rounds: 2, isFull: true)
  }()

  /// The seed of all that is random: `LACONIC_SEED`, or another one each time when there is time.
  static let seed: UInt64 =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap(UInt64.init)
    ?? (current.isFull ? .random(in: 0..<1 << 32) : 20_251_122)

  /// Calls `body` until the share of the time is over, and at least `rounds` times.
  func rounds(share: Double, _ body: (Int) throws -> Void) rethrows {
    let end = Date().addingTimeInterval(seconds * share)
    var round = 0
    while round < rounds || Date() < end {
      try body(round)
      round += 1
    }
  }
}

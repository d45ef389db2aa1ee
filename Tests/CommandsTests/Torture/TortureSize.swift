import Foundation

/// How long to torture: a few rounds in `make test`, as long as one likes in `make torture`.
struct TortureSize {
  /// Seconds for all of the tests.
  let seconds: Double
  let isFull: Bool

  static let current: TortureSize = {
    let environment = ProcessInfo.processInfo.environment
    guard environment["LACONIC_TORTURE"] != nil else {
      return TortureSize(seconds: 0, isFull: false)
    }
    let minutes = environment["TORTURE_MINUTES"].flatMap(Double.init) ?? 20
    return TortureSize(seconds: minutes * 60, isFull: true)
  }()

  /// The seed of all that is random: `LACONIC_SEED`, or another one each time when there is time.
  static let seed: UInt64 =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap(UInt64.init)
    ?? (current.isFull ? .random(in: 0..<1 << 32) : 20_251_122)

  /// Calls `body` with 0, 1, 2 …: `least` times, and then until the share of the time is over.
  func rounds(share: Double, atLeast least: Int, _ body: (Int) throws -> Void) rethrows {
    let end = Date().addingTimeInterval(seconds * share)
    var round = 0
    while round < least || Date() < end {
      try body(round)
      round += 1
    }
  }
}

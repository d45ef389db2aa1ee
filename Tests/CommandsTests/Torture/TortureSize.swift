import Foundation

/// The duration of torture tests: a few rounds in `make test`, any time in `make torture`.
struct TortureSize {
  /// Seconds for all torture tests together.
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

  /// The seed of all random choices: `LACONIC_SEED`, or in a full run a new one each time.
  static let seed: UInt64 =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap(UInt64.init)
    ?? (current.isFull ? .random(in: 0..<1 << 32) : 20_251_122)

  /// Calls `body` with 0, 1, 2 …: at least `least` times and until `isEnough`, though not for
  /// ever, then until this share of the time is used.
  func rounds(
    share: Double, atLeast least: Int, until isEnough: @autoclosure () -> Bool = true,
    _ body: (Int) throws -> Void
  ) rethrows {
    let end = Date().addingTimeInterval(seconds * share)
    var round = 0
    while round < least || (round < 20 && !isEnough()) || Date() < end {
      try body(round)
      round += 1
    }
  }
}

import Foundation

/// Random numbers that a failing test can be given again: SplitMix64 (Steele, Lea & Flood 2014,
/// "Fast splittable pseudorandom number generators"). It is not the generator of experiments,
/// Philox, so that a test does not draw its cases from what it judges.
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(_ seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// From 0 up to a limit; 0 where that is none.
  package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

  package mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &self) < probability
  }

  /// The seed a randomised test starts from: `LACONIC_SEED`, or always the same.
  package static let seed: UInt64 =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap(UInt64.init) ?? 20_251_122
}

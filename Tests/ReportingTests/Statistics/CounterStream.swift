/// Random numbers that are a function of a seed and a position, so that a draw is the same on every
/// machine, in any order and however often it is repeated.
///
/// The finaliser is SplitMix64's (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014). Reporting may not import TensorCore, whose Philox draws for experiments, and
/// a sequence such as `SeededRandom` of TestSupport has no positions.
struct CounterStream: Sendable, Hashable {
  private let state: UInt64

  init(seed: UInt64) {
    state = Self.mixed(seed)
  }

  private init(state: UInt64) { self.state = state }

  /// An independent stream for each number.
  subscript(stream index: Int) -> CounterStream {
    CounterStream(state: Self.mixed(state &+ Self.step &* UInt64(truncatingIfNeeded: index &+ 1)))
  }

  /// The bits at a position.
  func bits(at position: Int) -> UInt64 {
    Self.mixed(state ^ Self.mixed(UInt64(truncatingIfNeeded: position)))
  }

  /// A uniform whole number from 0 to `bound` − 1; probabilities differ by less than bound / 2⁶⁴.
  ///
  /// - Precondition: `bound` is positive.
  func index(below bound: Int, at position: Int) -> Int {
    precondition(bound > 0, "an index is below something")
    return Int(bits(at: position).multipliedFullWidth(by: UInt64(bound)).high)
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ step
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Approximately normal noise: the sum of twelve uniform numbers minus six.
struct NormalNoise {
  let stream: CounterStream
  var position = 0

  mutating func next() -> Double {
    defer { position += 12 }
    return (position..<position + 12).reduce(-6) {
      $0 + Double(stream.bits(at: $1) >> 11) / Double(1 << 53)
    }
  }
}
